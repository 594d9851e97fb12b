/** What the course of one metric tells: that it rises or falls, and that it is now as it is not usually. */
import { metricTextsOf } from '#base/texts/metric-texts';
import { NS_PER_S } from '#base/virtual-time';
import type { Host } from '../../host.ts';
import { type Conclusion, type Drawn, meanOf } from './conclusion.ts';
import { levelOf } from './smoothing.ts';
import { trendOf } from './trend.ts';
import { distanceOf, UNUSUAL, usualOf } from './unusual.ts';
import { LEAST, perSecond, type Said, span, written } from './words.ts';

/** For what is told of the present. */
const HALF_LIFE_NS = 5 * NS_PER_S;
/** A trend of fewer is none, and what is usual shows in so many seconds at least. */
const FEWEST_SAMPLES = 20;
const FEWEST_SECONDS = 8;
/** Of what it was, a change is told from so much on. */
const NOTABLE_CHANGE = 0.1;

/** What it is called, of what. */
function nameOf(host: Host, { ref }: Drawn): Said {
  const { title } = metricTextsOf(ref.metric, ref.metric);
  const who = ref.vm ?? host.spec.name;
  return { en: `${title.en} of ${who}`, zh: `${who} 的“${title.zh}”` };
}
function samplesIn({ evidence: { samples, periodNs } }: Drawn): Said {
  const [count, every, over] = [samples, span(periodNs), span(samples * periodNs)];
  return {
    en: `${count} samples, one every ${every}, over ${over}`,
    zh: `${over} 内每 ${every} 一个、共 ${count} 个采样`,
  };
}

/** A course that rises or falls by more than chance would have it; nothing where it does not. */
export function trendIn(host: Host, of: Drawn): Conclusion | undefined {
  const { values, periodNs, reading } = of.found;
  const trend = values.length < FEWEST_SAMPLES ? undefined : trendOf(values);
  if (trend === undefined || trend.least * trend.most <= 0) return undefined;
  const change = Math.abs(trend.last - trend.first);
  const size = Math.max(Math.abs(trend.first), Math.abs(trend.last));
  if (change < 2 * LEAST[reading] || change < NOTABLE_CHANGE * size) return undefined;
  const perS = NS_PER_S / periodNs;
  const [slope, least, most] = [trend.slope, trend.least, trend.most].map((each) => each * perS) as [
    number,
    number,
    number,
  ];
  const level = levelOf(values, HALF_LIFE_NS / periodNs);
  const [title, samples, by] = [nameOf(host, of), samplesIn(of), perSecond(reading, Math.abs(slope))];
  const [low, high] = [Math.min(Math.abs(least), Math.abs(most)), Math.max(Math.abs(least), Math.abs(most))];
  const sure = [low, high].map((each) => perSecond(reading, each));
  const now = written(reading, level);
  const isUp = slope > 0;
  return {
    ...{ kind: 'trend', matters: false, ...(of.ref.vm === undefined ? {} : { vm: of.ref.vm }) },
    said: {
      en: `${title.en} ${isUp ? 'rises' : 'falls'} by ${by.en}; smoothed over ${span(HALF_LIFE_NS)} it is ${now} now.`,
      zh: `${title.zh}${by.zh}地${isUp ? '上升' : '下降'}；按 ${span(HALF_LIFE_NS)} 半衰期平滑后，现为 ${now}。`,
    },
    because: {
      en: `A line through ${samples.en}: with 95 % confidence ${sure[0]!.en} to ${sure[1]!.en}. Neighbours are alike, so they are worth ${Math.round(trend.effective)} independent ones.`,
      zh: `对${samples.zh}作直线拟合：95 % 置信区间为${sure[0]!.zh}至${sure[1]!.zh}。相邻采样彼此相似，相当于 ${Math.round(trend.effective)} 个独立采样。`,
    },
    figures: { slope, least, most, smoothed: level, effective: trend.effective },
    from: [of.evidence],
  };
}

/** The last second against the seconds before; nothing where it is as they were. */
export function unusualIn(host: Host, of: Drawn): Conclusion | undefined {
  const { values, periodNs, reading } = of.found;
  const size = Math.max(1, Math.round(NS_PER_S / periodNs));
  const seconds: number[] = [];
  for (let end = (values.length % size) + size; end <= values.length; end += size)
    seconds.push(meanOf(values.slice(end - size, end)));
  const latest = seconds.pop();
  if (latest === undefined || seconds.length < FEWEST_SECONDS) return undefined;
  const usual = usualOf(seconds);
  const distance = distanceOf(latest, usual, LEAST[reading]);
  if (Math.abs(distance) < UNUSUAL) return undefined;
  const title = nameOf(host, of);
  const [now, median, far] = [written(reading, latest), written(reading, usual.median), Math.abs(distance)];
  const times = far >= 100 ? '> 100' : written('count', far);
  const isUp = distance > 0;
  return {
    ...{ kind: 'unusual', matters: true, ...(of.ref.vm === undefined ? {} : { vm: of.ref.vm }) },
    said: {
      en: `${title.en} was ${now} in the last second, ${isUp ? 'above' : 'below'} its usual ${median}.`,
      zh: `${title.zh}在最近一秒为 ${now}，${isUp ? '高于' : '低于'}通常的 ${median}。`,
    },
    because: {
      en: `Median of the ${seconds.length} seconds before (${of.evidence.samples} samples of ${span(periodNs)}); they lie ${written(reading, Math.max(usual.deviation, LEAST[reading]))} around it (median distance × 1.48), the last one ${times} times as far. From ${UNUSUAL} times on it is called unusual.`,
      zh: `此前 ${seconds.length} 秒的中位数（${of.evidence.samples} 个采样，周期 ${span(periodNs)}）；它们分布在其周围 ${written(reading, Math.max(usual.deviation, LEAST[reading]))} 以内（绝对中位差 × 1.48），最近一秒偏离为其 ${times} 倍。达到 ${UNUSUAL} 倍即视为异常。`,
    },
    figures: { latest, median: usual.median, deviation: usual.deviation, distance, seconds: seconds.length },
    from: [of.evidence],
  };
}

/** Both of them. */
export function coursesIn(host: Host, of: Drawn | undefined): Conclusion[] {
  if (of === undefined) return [];
  return [unusualIn(host, of), trendIn(host, of)].filter((each) => each !== undefined);
}

/** Samples of one metric, as charts and policies read them: at a resolution, or the finest that reaches back far enough. */
import * as v from 'valibot';
import { fail, ok } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { COUNT, NAME, SHORT_TEXT, whole } from '../../shapes/values.ts';
import { smoothed } from '../analysis/smoothing.ts';
import type { KeptResolution } from '../metrics.ts';
import { type SeriesWindow, seriesOf } from '../series.ts';

interface Args {
  readonly metric: string;
  /** Of which VM; of the host where none is named. */
  readonly vm?: string;
  /** Of which part of it: a vCPU, disk or card by its number, a physical disk by its name, a port as `switch/port`. */
  readonly part?: string;
  /** All that is kept unless said. */
  readonly fromNs?: VirtualNs;
  readonly toNs?: VirtualNs;
  /** 10 ms, 100 ms or a second; the finest that reaches back to `fromNs` unless said. */
  readonly resolution?: KeptResolution;
  /** At most so many points: neighbours are taken together. */
  readonly limit?: number;
  /** The smoothed course too: each sample counts half as much as one that came so much later. */
  readonly halfLifeNs?: VirtualNs;
}

export interface SeriesAnswer extends Omit<SeriesWindow, 'values'> {
  /** Of the samples that a point stands for. */
  readonly average: readonly number[];
  readonly maximum: readonly number[];
  /** Where the smoothed course is at the end of each point, if that was asked for. */
  readonly smoothed?: readonly number[];
}

const MOST_POINTS = 4096;

export const series: Question<'series', Args, SeriesAnswer> = defineQuestion<'series', Args, SeriesAnswer>({
  id: 'series',
  text: {
    en: 'samples of one metric of a VM, of the host or of a part of it, every 10 ms (not of parts), 100 ms or second: average and maximum of each point',
    zh: '虚拟机、主机或其部件某项指标的采样（每 10 毫秒（部件除外）、100 毫秒或 1 秒）：各点的平均值与最大值',
  },
  arguments: {
    metric: SHORT_TEXT,
    vm: v.exactOptional(NAME),
    part: v.exactOptional(SHORT_TEXT),
    fromNs: v.exactOptional(COUNT),
    toNs: v.exactOptional(COUNT),
    resolution: v.exactOptional(v.picklist(['finest', 'fine', 'coarse'])),
    limit: v.exactOptional(whole({ least: 1, most: MOST_POINTS })),
    halfLifeNs: v.exactOptional(COUNT),
  },
  ask(args, host) {
    const { fromNs = 0, toNs = host.now, resolution, limit = MOST_POINTS, halfLifeNs, ...ref } = args;
    const { metric, vm } = ref;
    if (vm !== undefined && host.vm(vm) === undefined) return fail('no-such-vm', { vm });
    const found = seriesOf(host, ref, fromNs, toNs, resolution);
    return found === undefined ? fail('metric.none', { metric }) : ok(grouped(found, limit, halfLifeNs));
  },
});

/** At most so many points, each of as many samples as the others, the last ones whole. */
function grouped(
  { values, atNs, ...rest }: SeriesWindow,
  limit: number,
  halfLifeNs: VirtualNs | undefined,
): SeriesAnswer {
  const size = Math.max(1, Math.ceil(values.length / limit));
  const answer = { at: [] as number[], average: [] as number[], maximum: [] as number[] };
  const course = halfLifeNs === undefined ? undefined : smoothed(values, halfLifeNs / rest.periodNs);
  const ends: number[] = [];
  for (let end = (values.length % size) + size; end <= values.length; end += size) {
    const part = values.slice(end - size, end);
    answer.at.push(atNs[end - 1]!);
    if (course !== undefined) ends.push(course[end - 1]!);
    answer.average.push(part.reduce((sum, value) => sum + value, 0) / size);
    answer.maximum.push(part.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY));
  }
  return {
    ...rest,
    atNs: answer.at,
    average: answer.average,
    maximum: answer.maximum,
    ...(course && { smoothed: ends }),
  };
}

/** The course of one metric over virtual time: of the host, or of its VMs, with what happened and what alarms watch for. */
import { SegmentedControl } from '@mantine/core';
import { memo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readingOf } from '#base/catalogue/metrics';
import { NS_PER_S } from '#base/virtual-time';
import type { AnswerOf, HostDescription } from '#bridge/protocol/answers';
import { languageNow } from '../../../i18n/language.ts';
import layout from '../../../kit/layout.module.css';
import { SmallButton } from '../../../kit/small-button.tsx';
import texts from '../../../kit/texts.module.css';
import { Chart } from '../../../parts/chart/chart.tsx';
import { ChartLegend } from '../../../parts/chart/chart-legend.tsx';
import { ChartRangePicker, StretchForm } from '../../../parts/chart/chart-range.tsx';
import type { ChartLine } from '../../../parts/chart/curves.ts';
import { useMarks } from '../../../parts/chart/marks.ts';
import { writeReading } from '../../../parts/chart/reading.ts';
import { saveCurves } from '../../../parts/chart/save-curves.ts';
import { sampledStretch } from '../../../parts/chart/stretch.ts';
import { useFormat } from '../../../parts/lab.tsx';
import {
  type AskedSamples,
  type Statistic,
  smoothedOf,
  type Wanted,
} from '../../../parts/samples/asked-samples.ts';
import { linesOf, type Numbered } from '../../../parts/samples/lines.ts';
import { isKept, type MeasuredRow, type MeasuredThing } from '../../../parts/samples/rows.ts';
import { SeriesFeed } from '../../../parts/samples/series-feed.tsx';
import { useChoices } from '../../../state/choices.ts';

const HEIGHT = 220;
const RESOLUTION_CHOICES = ['auto', 'finest', 'fine', 'coarse'] as const;

/** Of parts none is kept every 10 ms. */
const OF_PARTS = ['auto', 'fine', 'coarse'] as const;

/** What it is, and not how it is now: a chart draws what is new by itself. */
type Metric = Omit<MeasuredRow, 'values'>;

/** What a chart says of an alarm; its value now, the curve says. */
export interface Watching extends Pick<AnswerOf<'alarms'>[number], 'name' | 'when' | 'threshold' | 'phase'> {
  /** What it looks at, as a line is called; empty: the host. */
  readonly of: string;
}

interface Props {
  readonly index: number;
  readonly host: HostDescription;
  readonly row: Metric;
  /** Parts that have it, where it is a metric of parts. */
  readonly parts: readonly MeasuredThing[];
  /** The one that shall be seen; all of them unless said. */
  readonly only: string | undefined;
  /** Those that look at it. */
  readonly alarms: readonly Watching[];
}

/** After so long a sample counts half as much in the smoothed course. */
const HALF_LIVES = { s1: NS_PER_S, s5: 5 * NS_PER_S, s20: 20 * NS_PER_S } as const;
type HalfLife = keyof typeof HALF_LIVES | 'none';

/** More lines than these are drawn when somebody asks for them. */
const MOST_AT_FIRST = 16;

function hiddenAtFirst(things: readonly MeasuredThing[], only: string | undefined): ReadonlySet<string> {
  const isThere = things.some(({ key }) => key === only);
  const hidden = isThere ? things.filter(({ key }) => key !== only) : things.slice(MOST_AT_FIRST);
  return new Set(hidden.map(({ key }) => key));
}

export const MetricChart = memo(function MetricChart({ index, host, row, parts, only, alarms }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const card = useRef<HTMLDivElement>(null);
  const range = useChoices((state) => state.range);
  const marks = useMarks(index);
  const [samples, setSamples] = useState<AskedSamples>();
  const [resolution, setResolution] = useState<(typeof RESOLUTION_CHOICES)[number]>('auto');
  const [statistic, setStatistic] = useState<Statistic>('average');
  const things: readonly Numbered[] =
    row.scope === 'vm'
      ? host.vms.map(({ slot, spec: { name } }) => ({ slot, vm: name, key: name }))
      : parts.map((part, slot) => ({ ...part, slot }));
  const [halfLife, setHalfLife] = useState<HalfLife>('none');
  const [hidden, setHidden] = useState(() => hiddenAtFirst(things, only));
  if (!isKept(row)) return <p className={texts['quiet']}>{t('metrics.noSamples')}</p>;

  const title = row.title[languageNow()];
  const lines = linesOf(row, host.name, things);
  const shown = lines.filter(({ key }) => !hidden.has(key));
  const isSmoothed = halfLife !== 'none' && samples?.wanted.halfLifeNs !== undefined;
  const overlays = shown.map(
    (line): ChartLine => ({
      ...{ ...line, metric: smoothedOf(line.metric), isOverlay: true },
      ...{ key: smoothedOf(line.key), label: t('metrics.smoothedLine', { of: line.label }) },
    }),
  );
  const of = things.filter(({ key }) => !hidden.has(key)).map(({ key: _, ...each }) => each);
  const wanted: Wanted = {
    ...{ metric: row.id, range, statistic, of },
    ...(resolution === 'auto' ? {} : { resolution }),
    ...(halfLife === 'none' ? {} : { halfLifeNs: HALF_LIVES[halfLife] }),
  };
  const watching = alarms.filter(({ of: line }) => line === '' || !hidden.has(line));
  const thresholds = watching.map(({ threshold }) => threshold);
  const save = (): void => {
    if (samples === undefined) return;
    saveCurves(samples, shown, sampledStretch(range, samples), `${host.name} ${row.id}`);
  };
  return (
    <div ref={card} className={layout['stack']}>
      <div className={layout['row-wrap']}>
        <ChartRangePicker />
        <StretchForm />
        <SegmentedControl
          size="xs"
          aria-label={t('metrics.resolution')}
          value={resolution}
          onChange={setResolution}
          data={(row.scope === 'host' || row.scope === 'vm' ? RESOLUTION_CHOICES : OF_PARTS).map((value) => ({
            value,
            label: t(`metrics.every.${value}`),
          }))}
        />
        <SegmentedControl
          size="xs"
          aria-label={t('metrics.statistic')}
          value={statistic}
          onChange={setStatistic}
          data={(['average', 'maximum'] as const).map((value) => ({ value, label: t(`metrics.${value}`) }))}
        />
        <SegmentedControl
          size="xs"
          aria-label={t('metrics.smoothed')}
          value={halfLife}
          onChange={setHalfLife}
          data={(['none', 's1', 's5', 's20'] as const).map((value) => ({
            value,
            label: t(`metrics.halfLife.${value}`),
          }))}
        />
        <span className={layout['grow']} />
        <SmallButton icon="download" disabled={samples === undefined} onClick={save}>
          {t('charts.csv')}
        </SmallButton>
      </div>
      {shown.length === 0 && row.scope !== 'host' ? (
        <p className={texts['quiet']}>{t('metrics.noLine')}</p>
      ) : null}
      {row.scope === 'host' ? null : <ChartLegend lines={lines} hidden={hidden} onChange={setHidden} />}
      <Chart
        key={`${row.id} ${thresholds.join(' ')}`}
        title={title}
        source={row.name}
        view={samples?.wanted.metric === row.id ? samples : undefined}
        lines={isSmoothed ? [...shown, ...overlays] : shown}
        unit={readingOf(row)}
        height={HEIGHT}
        thresholds={thresholds}
        marks={marks}
      />
      {watching.map(({ name, of: line, when, threshold, phase }) => (
        <p key={name} className={texts['quiet']}>
          {t(`metrics.alarm.${when}`, {
            ...{ alarm: name, of: line || host.name },
            threshold: writeReading(format, readingOf(row), threshold),
            phase: t(`metrics.phase.${phase}`),
          })}
        </p>
      ))}
      <SeriesFeed host={index} wanted={wanted} card={card} onSamples={setSamples} />
    </div>
  );
});

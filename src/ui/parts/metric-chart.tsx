/** A chart of metrics over virtual time: at most 300 points, four times a second, no animation. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { MetricId, ViewReader } from '#bridge/protocol/views';
import { axisTicks } from '../kit/axis.ts';
import type { Format } from '../kit/format.ts';
import { useTick } from '../kit/frame-clock.ts';
import { type Curve, LineChart } from '../kit/line-chart.tsx';
import { useChoices } from '../state/choices.ts';
import { rangeAt } from './chart-range.tsx';
import { useFormat } from './lab.tsx';

/** How a chart's numbers are written. */
export type ChartUnit = 'percent' | 'bytes' | 'byte-rate' | 'per-second';

/** One curve: a metric of a VM, or the sum over several VMs (the top N and the rest). */
export interface ChartLine {
  readonly key: string;
  readonly label: string;
  readonly color: string;
  readonly slots: readonly number[];
  readonly metric: MetricId;
  /** Divides the values (vCPUs for a share). */
  readonly divisor?: number;
}

interface Props {
  readonly title: string;
  readonly source?: string;
  readonly view: ViewReader | undefined;
  readonly lines: readonly ChartLine[];
  readonly unit: ChartUnit;
  readonly stacked?: boolean;
  readonly height?: number;
  /** Drawn as lines where alarms use them. */
  readonly thresholds?: readonly number[];
  /** Upper end of the axis; without it the data decides. */
  readonly max?: number;
  readonly onPick?: (atNs: number) => void;
}

const POINTS = 300;
const NONE: readonly number[] = [];

function writeUnit(format: Format, unit: ChartUnit, value: number): string {
  switch (unit) {
    case 'percent':
      return format.percent(value);
    case 'bytes':
      return format.bytes(value);
    case 'byte-rate':
      return format.byteRate(value);
    case 'per-second':
      return `${format.count(value)}/s`;
  }
}

/** All curves over one list of times: samples of all VMs are taken at the same virtual times. */
function curvesOf(
  view: ViewReader,
  lines: readonly ChartLine[],
  fromNs: number,
  toNs: number,
): { at: readonly number[]; curves: Curve[] } {
  let at: readonly number[] = NONE;
  const curves = lines.map(({ key, label, color, slots, metric, divisor = 1 }): Curve => {
    const sums: number[] = [];
    for (const slot of slots) {
      const series = view.series(slot, metric, fromNs, toNs, POINTS);
      at = series.atNs;
      series.values.forEach((value, index) => {
        sums[index] = (sums[index] ?? 0) + value / divisor;
      });
    }
    return { key, label, color, values: sums };
  });
  return { at, curves };
}

/** The largest value, of the sum where curves are stacked. */
function peakOf(curves: readonly Curve[], points: number, stacked: boolean): number {
  let peak = 0;
  for (let index = 0; index < points; index++) {
    let sum = 0;
    for (const { values } of curves) {
      const value = values[index] ?? 0;
      sum = stacked ? sum + value : Math.max(sum, value);
    }
    peak = Math.max(peak, sum);
  }
  return peak;
}

export function MetricChart({
  title,
  source,
  view,
  lines,
  unit,
  stacked = false,
  height = 150,
  thresholds = NONE,
  max,
  onPick,
}: Props) {
  useTick(4);
  const { t } = useTranslation();
  const format = useFormat();
  const range = useChoices((state) => state.range);
  const samples = view?.time('fineSamples') ?? 0;
  const lineKey = lines.map((line) => `${line.key}:${line.slots.join(',')}:${line.label}`).join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the lines are described by lineKey, new samples by their count
  const chart = useMemo(() => {
    const { fromNs, toNs } = rangeAt(range, samples * 1e8);
    const { at, curves } =
      view === undefined ? { at: NONE, curves: [] } : curvesOf(view, lines, fromNs, toNs);
    const binary = unit === 'bytes' || unit === 'byte-rate';
    return {
      at,
      curves,
      from: fromNs,
      to: toNs,
      ticks: axisTicks(max ?? peakOf(curves, at.length, stacked), binary),
      thresholds,
      stacked,
      height,
      writeValue: (value: number) => writeUnit(format, unit, value),
      writeAt: (place: number) => format.clock(place),
      writeAtShort: (place: number) => `${format.number(place / 1e9, 1)} s`,
      onZoom: (from: number, to: number) =>
        useChoices.getState().setRange({ kind: 'part', fromNs: from, toNs: to }),
      onPick,
    };
  }, [view, samples, range, lineKey, format, unit, stacked, height, max]);
  const last = chart.at.length - 1;
  const total = chart.curves.reduce((sum, curve) => sum + (curve.values[last] ?? 0), 0);
  return (
    <figure className="chart" title={source}>
      <figcaption>
        <span className="chart-title">{title}</span>
        {lines.length > 1 && lines.length <= 3
          ? lines.map((line) => (
              <span key={line.key} className="legend-item">
                <span className="swatch" style={{ background: line.color }} />
                {line.label}
              </span>
            ))
          : null}
        <span className="grow" />
        <span className="chart-now">{last < 0 ? '–' : writeUnit(format, unit, total)}</span>
      </figcaption>
      {chart.at.length < 2 ? (
        <div className="chart-empty" style={{ height }}>
          {t('charts.empty')}
        </div>
      ) : (
        <LineChart {...chart} />
      )}
    </figure>
  );
}

/**
 * One chart: at most 300 points, four times a second, no animation. Drag over it to zoom; the cursor is the same in
 * all charts of a page.
 */
import { memo, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  Area,
  AreaChart,
  CartesianGrid,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import type { Reading } from '#base/catalogue/metrics';
import type { Series, ViewReader } from '#base/views';
import { axisTicks } from '../kit/axis.ts';
import type { Format } from '../kit/format.ts';
import { useTick } from '../kit/frame-clock.ts';
import layout from '../kit/layout.module.css';
import legend from '../kit/legend.module.css';
import { Swatch } from '../kit/swatch.tsx';
import { useChoices } from '../state/choices.ts';
import css from './chart.module.css';
import { rangeAt } from './chart-range.tsx';
import { useFormat } from './lab.tsx';

/** One curve: a metric of a VM, or the sum over several VMs (the top N and the rest). */
export interface ChartLine {
  readonly key: string;
  readonly label: string;
  readonly color: string;
  readonly slots: readonly number[];
  /** Its id. */
  readonly metric: string;
  /** Divides the values (vCPUs for a share). */
  readonly divisor?: number;
}

export interface MetricChartProps {
  readonly title: string;
  readonly source?: string;
  readonly view: ViewReader | undefined;
  readonly lines: readonly ChartLine[];
  readonly unit: Reading;
  readonly stacked?: boolean;
  readonly height?: number;
  /** Drawn as lines where alarms use them. */
  readonly thresholds?: readonly number[];
  /** Upper end of the axis; without it the data decides. */
  readonly max?: number;
  /** A click on a point of time, with the line that is largest there. */
  readonly onPick?: (atNs: number) => void;
}

const POINTS = 150;

export function writeReading(format: Format, unit: Reading, value: number): string {
  switch (unit) {
    case 'share':
      return format.percent(value);
    case 'bytes':
      return format.bytes(value);
    case 'byte-rate':
      return format.byteRate(value);
    case 'count':
      return format.count(value);
    case 'per-second':
      return `${format.count(value)}/s`;
  }
}

type Row = Record<string, number>;

/** Joins the curves by time. */
function rowsOf(view: ViewReader, lines: readonly ChartLine[], fromNs: number, toNs: number): Row[] {
  const rows = new Map<number, Row>();
  for (const line of lines) {
    for (const slot of line.slots) {
      const series: Series = view.series(slot, line.metric, fromNs, toNs, POINTS);
      for (let index = 0; index < series.atNs.length; index++) {
        const at = series.atNs[index] ?? 0;
        const value = (series.values[index] ?? 0) / (line.divisor ?? 1);
        const row = rows.get(at) ?? { at };
        row[line.key] = (row[line.key] ?? 0) + value;
        rows.set(at, row);
      }
    }
  }
  return [...rows.values()].sort((left, right) => (left['at'] ?? 0) - (right['at'] ?? 0));
}

/** The drawing, separate so that a tick without new samples costs nothing. */
const Drawing = memo(function Drawing({
  rows,
  lines,
  unit,
  stacked = false,
  height = 150,
  thresholds = [],
  max,
  fromNs,
  toNs,
  onPick,
}: Omit<MetricChartProps, 'title' | 'view' | 'source'> & { rows: Row[]; fromNs: number; toNs: number }) {
  const format = useFormat();
  const setRange = useChoices((state) => state.setRange);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const peak = rows.reduce((most, row) => {
    const values = lines.map((line) => row[line.key] ?? 0);
    return Math.max(most, stacked ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values));
  }, 0);
  const ticks = axisTicks(max ?? peak, unit === 'bytes' || unit === 'byte-rate');
  const finish = (): void => {
    if (drag !== null && Math.abs(drag.to - drag.from) > 2e8)
      setRange({ kind: 'part', fromNs: Math.min(drag.from, drag.to), toNs: Math.max(drag.from, drag.to) });
    else if (drag !== null) onPick?.(drag.from);
    setDrag(null);
  };
  return (
    <ResponsiveContainer width="100%" height={height}>
      <AreaChart
        data={rows}
        syncId="virtual-time"
        syncMethod="value"
        margin={{ top: 6, right: 6, bottom: 0, left: 0 }}
        accessibilityLayer={false}
        onMouseDown={(state) => {
          const at = Number(state.activeLabel);
          if (Number.isFinite(at)) setDrag({ from: at, to: at });
        }}
        onMouseMove={(state) => {
          const at = Number(state.activeLabel);
          if (drag !== null && Number.isFinite(at)) setDrag({ ...drag, to: at });
        }}
        onMouseUp={finish}
        onMouseLeave={() => setDrag(null)}
      >
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="at"
          type="number"
          domain={[fromNs, toNs]}
          allowDataOverflow
          tickFormatter={(at: number) => `${format.number(at / 1e9, 1)} s`}
          tick={{ fontSize: 10, fill: 'var(--quiet)' }}
          tickLine={false}
          axisLine={{ stroke: 'var(--line)' }}
          minTickGap={40}
          height={20}
        />
        <YAxis
          domain={[0, ticks.at(-1) ?? 1]}
          allowDataOverflow={max !== undefined}
          width={68}
          ticks={ticks}
          interval={0}
          tickFormatter={(value: number) => writeReading(format, unit, value)}
          tick={{ fontSize: 10, fill: 'var(--quiet)' }}
          tickLine={false}
          axisLine={false}
        />
        <Tooltip
          isAnimationActive={false}
          formatter={(value, name) => [writeReading(format, unit, Number(value)), String(name)]}
          labelFormatter={(at) => format.clock(Number(at))}
          contentStyle={{
            background: 'var(--panel)',
            border: '1px solid var(--line)',
            borderRadius: 4,
            fontSize: 12,
            padding: '4px 8px',
          }}
          cursor={{ stroke: 'var(--quiet)', strokeDasharray: '3 3' }}
        />
        {thresholds.map((value) => (
          <ReferenceLine key={value} y={value} stroke="var(--amber)" strokeDasharray="4 3" />
        ))}
        {lines.map((line) => (
          <Area
            key={line.key}
            dataKey={line.key}
            name={line.label}
            stroke={line.color}
            fill={line.color}
            fillOpacity={stacked ? 0.75 : 0.14}
            strokeWidth={stacked ? 0 : 1.5}
            type="linear"
            isAnimationActive={false}
            dot={false}
            activeDot={{ r: 2.5 }}
            {...(stacked ? { stackId: 'all' } : {})}
          />
        ))}
        {drag !== null ? (
          <ReferenceArea x1={drag.from} x2={drag.to} fill="var(--accent)" fillOpacity={0.15} />
        ) : null}
      </AreaChart>
    </ResponsiveContainer>
  );
});

export default function MetricChart(props: MetricChartProps) {
  const { title, source, view, lines, unit, ...rest } = props;
  // Eight charts of 300 points at 4 Hz took half of the main thread: half the points, half the rate.
  useTick(2);
  const { t } = useTranslation();
  const format = useFormat();
  const range = useChoices((state) => state.range);
  const samples = view?.time('fineSamples') ?? 0;
  const lineKey = lines.map((line) => `${line.key}:${line.slots.join(',')}`).join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the lines are described by lineKey, new samples by their count
  const { rows, fromNs, toNs } = useMemo(() => {
    const { fromNs, toNs } = rangeAt(range, samples * 1e8);
    return { rows: view === undefined ? [] : rowsOf(view, lines, fromNs, toNs), fromNs, toNs };
  }, [view, samples, range, lineKey]);
  const last = rows.at(-1);
  const total = lines.reduce((sum, line) => sum + (last?.[line.key] ?? 0), 0);
  const now = last === undefined ? '–' : writeReading(format, unit, total);
  return (
    <figure className={css['chart']} title={source}>
      <figcaption>
        <span className={css['title']}>{title}</span>
        {lines.length > 1 && lines.length <= 3
          ? lines.map((line) => (
              <span key={line.key} className={legend['item']}>
                <Swatch color={line.color} />
                {line.label}
              </span>
            ))
          : null}
        <span className={layout['grow']} />
        <span className={css['now']} data-testid="now">
          {now}
        </span>
      </figcaption>
      {rows.length < 2 ? (
        <div className={css['empty']} style={{ height: rest.height ?? 150 }}>
          {t('charts.empty')}
        </div>
      ) : (
        <Drawing rows={rows} lines={lines} unit={unit} fromNs={fromNs} toNs={toNs} {...rest} />
      )}
    </figure>
  );
}

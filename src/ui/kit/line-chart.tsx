/**
 * Curves over a number line, as SVG paths: cheap enough for a dozen charts four times a second. Drag selects a stretch,
 * a click picks a point; the cursor is one for all charts of the page.
 */
import { memo, type PointerEvent, useEffect, useRef, useState, useSyncExternalStore } from 'react';

/** One curve; `values[i]` belongs to `at[i]` of the chart. */
export interface Curve {
  readonly key: string;
  readonly label: string;
  readonly color: string;
  readonly values: readonly number[];
}

export interface LineChartProps {
  readonly at: readonly number[];
  readonly curves: readonly Curve[];
  readonly from: number;
  readonly to: number;
  /** Values of the horizontal lines; the last is the top. */
  readonly ticks: readonly number[];
  readonly thresholds: readonly number[];
  readonly stacked: boolean;
  readonly height: number;
  readonly writeValue: (value: number) => string;
  readonly writeAt: (at: number) => string;
  readonly writeAtShort: (at: number) => string;
  readonly onZoom: (from: number, to: number) => void;
  readonly onPick?: ((at: number) => void) | undefined;
}

const MARGIN = { left: 68, right: 10, top: 6, bottom: 20 } as const;
/** Labels on the axis of time: one per so many pixels. */
const LABEL_EVERY = 120;
/** A drag shorter than this is a click. */
const CLICK_PIXELS = 4;

// The cursor that all charts share: a place on the number line, and which chart the pointer is over.
let cursor: { readonly at: number; readonly chart: symbol } | null = null;
const listeners = new Set<() => void>();
function moveCursor(next: typeof cursor): void {
  cursor = next;
  for (const listener of listeners) listener();
}
function useCursor(): typeof cursor {
  return useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => cursor,
  );
}

/** Index of the sample nearest to a place; `at` ascends. */
function nearest(at: readonly number[], place: number): number {
  let low = 0;
  let high = at.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((at[middle] ?? 0) < place) low = middle + 1;
    else high = middle;
  }
  return low > 0 && place - (at[low - 1] ?? 0) < (at[low] ?? 0) - place ? low - 1 : low;
}

interface Scale {
  readonly width: number;
  readonly x: (at: number) => number;
  readonly y: (value: number) => number;
}

function scaleOf({ from, to, ticks, height }: LineChartProps, width: number): Scale {
  const inner = width - MARGIN.left - MARGIN.right;
  const tall = height - MARGIN.top - MARGIN.bottom;
  const top = ticks.at(-1) ?? 1;
  return {
    width,
    x: (at) => MARGIN.left + ((at - from) / Math.max(1, to - from)) * inner,
    y: (value) => MARGIN.top + tall * (1 - Math.min(1, Math.max(0, value / top))),
  };
}

/** The curve's line, and the area between it and what lies below. */
function pathsOf(
  at: readonly number[],
  upper: readonly number[],
  lower: readonly number[] | null,
  { x, y }: Scale,
): [string, string] {
  const points = at.map((place, index) => `${x(place).toFixed(1)} ${y(upper[index] ?? 0).toFixed(1)}`);
  const base = at
    .map((place, index) => `${x(place).toFixed(1)} ${y(lower?.[index] ?? 0).toFixed(1)}`)
    .reverse();
  const line = `M${points.join('L')}`;
  return [line, `${line}L${base.join('L')}Z`];
}

const Curves = memo(function Curves({
  props,
  width,
}: {
  readonly props: LineChartProps;
  readonly width: number;
}) {
  const { at, curves, from, to, ticks, thresholds, stacked, height, writeValue, writeAtShort } = props;
  const scale = scaleOf(props, width);
  const labels = Math.max(2, Math.floor((width - MARGIN.left) / LABEL_EVERY));
  let below: readonly number[] | null = null;
  return (
    <>
      {ticks.map((tick) => (
        <g key={tick}>
          <line
            className="chart-grid-line"
            x1={MARGIN.left}
            x2={width - MARGIN.right}
            y1={scale.y(tick)}
            y2={scale.y(tick)}
          />
          <text x={MARGIN.left - 6} y={scale.y(tick)} textAnchor="end" dominantBaseline="central">
            {writeValue(tick)}
          </text>
        </g>
      ))}
      {Array.from({ length: labels }, (_, index) => from + ((to - from) * index) / (labels - 1)).map(
        (place, index) => (
          <text
            key={place}
            x={scale.x(place)}
            y={height - 5}
            textAnchor={index === 0 ? 'start' : index === labels - 1 ? 'end' : 'middle'}
          >
            {writeAtShort(place)}
          </text>
        ),
      )}
      {thresholds.map((value) => (
        <line
          key={value}
          className="chart-threshold"
          x1={MARGIN.left}
          x2={width - MARGIN.right}
          y1={scale.y(value)}
          y2={scale.y(value)}
        />
      ))}
      {curves.map((curve) => {
        const under: readonly number[] | null = stacked ? below : null;
        const upper =
          under === null ? curve.values : curve.values.map((value, index) => value + (under[index] ?? 0));
        if (stacked) below = upper;
        const [line, area] = pathsOf(at, upper, under, scale);
        return (
          <g key={curve.key}>
            <path d={area} fill={curve.color} opacity={stacked ? 0.75 : 0.14} />
            {stacked ? null : <path d={line} fill="none" stroke={curve.color} strokeWidth={1.5} />}
          </g>
        );
      })}
    </>
  );
});

function Cursor({
  props,
  width,
  chart,
}: {
  readonly props: LineChartProps;
  readonly width: number;
  readonly chart: symbol;
}) {
  const place = useCursor();
  const { at, from, to, height } = props;
  if (place === null || at.length === 0 || place.at < from || place.at > to) return null;
  const index = nearest(at, place.at);
  const x = scaleOf(props, width).x(at[index] ?? 0);
  return (
    <line
      className="chart-cursor"
      data-own={place.chart === chart || undefined}
      x1={x}
      x2={x}
      y1={MARGIN.top}
      y2={height - MARGIN.bottom}
    />
  );
}

function Tip({
  props,
  width,
  chart,
}: {
  readonly props: LineChartProps;
  readonly width: number;
  readonly chart: symbol;
}) {
  const place = useCursor();
  const { at, curves, writeAt, writeValue } = props;
  if (place === null || place.chart !== chart || at.length === 0) return null;
  const index = nearest(at, place.at);
  const x = scaleOf(props, width).x(at[index] ?? 0);
  const side = x > width / 2 ? { right: width - x + 10 } : { left: x + 10 };
  return (
    <div className="chart-tip" style={{ top: MARGIN.top, ...side }}>
      <b>{writeAt(at[index] ?? 0)}</b>
      {curves.map((curve) => (
        <span key={curve.key}>
          <span className="swatch" style={{ background: curve.color }} />
          {curve.label} {writeValue(curve.values[index] ?? 0)}
        </span>
      ))}
    </div>
  );
}

export function LineChart(props: LineChartProps) {
  const { from, to, height, onZoom, onPick } = props;
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef(Symbol('chart')).current;
  const [width, setWidth] = useState(0);
  const [drag, setDrag] = useState<{ readonly start: number; readonly end: number } | null>(null);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(
    () => () => {
      if (cursor?.chart === chart) moveCursor(null);
    },
    [chart],
  );

  const inner = Math.max(1, width - MARGIN.left - MARGIN.right);
  const xOf = (event: PointerEvent): number => {
    const left = box.current?.getBoundingClientRect().left ?? 0;
    return Math.min(inner, Math.max(0, event.clientX - left - MARGIN.left));
  };
  const atOf = (x: number): number => from + (x / inner) * (to - from);
  const finish = (): void => {
    if (drag === null) return;
    const [first, last] = [Math.min(drag.start, drag.end), Math.max(drag.start, drag.end)];
    if (last - first >= CLICK_PIXELS) onZoom(atOf(first), atOf(last));
    else onPick?.(atOf(first));
    setDrag(null);
  };

  return (
    <div
      ref={box}
      className="chart-plot"
      style={{ height }}
      onPointerDown={(event) => setDrag({ start: xOf(event), end: xOf(event) })}
      onPointerMove={(event) => {
        const x = xOf(event);
        moveCursor({ at: atOf(x), chart });
        if (drag !== null) setDrag({ ...drag, end: x });
      }}
      onPointerUp={finish}
      onPointerLeave={() => {
        moveCursor(null);
        setDrag(null);
      }}
    >
      {width === 0 ? null : (
        <svg width={width} height={height} aria-hidden="true">
          <Curves props={props} width={width} />
          {drag === null ? null : (
            <rect
              className="chart-drag"
              x={MARGIN.left + Math.min(drag.start, drag.end)}
              width={Math.abs(drag.end - drag.start)}
              y={MARGIN.top}
              height={height - MARGIN.top - MARGIN.bottom}
            />
          )}
          <Cursor props={props} width={width} chart={chart} />
        </svg>
      )}
      <Tip props={props} width={width} chart={chart} />
    </div>
  );
}

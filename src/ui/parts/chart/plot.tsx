/**
 * The live part of a chart. It draws by itself, on a canvas, only while it is seen and when there is something new: twice a
 * second, and once over a long stretch. React renders it when a person does something in it. For another stretch, which is that of
 * all charts, they are drawn in turn.
 */
import { useComputedColorScheme } from '@mantine/core';
import {
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
  useCallback,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { addsUp, type Reading } from '#base/catalogue/metrics';
import { RESOLUTIONS } from '#base/views';
import { axisTicks } from '../../kit/axis.ts';
import { drawInTurn, giveUpTurn, useFrames } from '../../kit/frame-clock.ts';
import { Swatch } from '../../kit/swatch.tsx';
import { useSeen } from '../../kit/use-seen.ts';
import { type ChartRange, useChoices } from '../../state/choices.ts';
import { useFormat } from '../lab.tsx';
import css from './chart.module.css';
import { pointAt, pointNowhere, useCursor } from './cursor.ts';
import {
  type ChartLine,
  type Curves,
  curvesOf,
  nearestPoint,
  peakOf,
  type SampleSource,
  stacked,
} from './curves.ts';
import type { ChartMark } from './marks.ts';
import { type PlotSize, paint } from './paint.ts';
import { writeReading, writeTick } from './reading.ts';
import { writeSlider } from './slider-values.ts';
import { rangeAt } from './stretch.ts';

const POINTS = 150;
const HERTZ = 2;
/** Over a longer stretch a second is some pixels, so that it is drawn once a second. */
const QUICK_STRETCH_NS = 15e9;
const SLOW_MS = 900;
/** A shorter drag is a click. */
const LEAST_DRAG_NS = 2e8;
/** What happened is told of from so near, as a share of the stretch. */
const NEAR = 0.012;

export interface PlotProps {
  /** Its name, for who does not see it. */
  readonly label: string;
  readonly view: SampleSource;
  readonly lines: readonly ChartLine[];
  readonly unit: Reading;
  readonly isStacked: boolean;
  readonly height: number;
  readonly thresholds: readonly number[];
  readonly max: number | undefined;
  readonly marks: readonly ChartMark[];
  /** Its own stretch; that of all charts where it has none. */
  readonly range?: ChartRange | undefined;
  readonly onPick: ((atNs: number) => void) | undefined;
  /** Shows the newest value of all lines together. */
  readonly now: RefObject<HTMLElement | null>;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
}

interface Drawn {
  readonly fromNs: number;
  readonly toNs: number;
  readonly curves: Curves;
}

const NOTHING: Drawn = { fromNs: 0, toNs: 0, curves: { atNs: [], values: [] } };

interface Drag {
  readonly from: number;
  readonly to: number;
}

/** What was at the moment that is pointed at in this chart. */
function Readout({
  id,
  drawn,
  plot,
}: {
  readonly id: string;
  readonly drawn: RefObject<Drawn>;
  readonly plot: PlotProps;
}) {
  const format = useFormat();
  const atNs = useCursor((cursor) => (cursor.chart === id ? cursor.atNs : null));
  if (atNs === null) return null;
  const { curves, fromNs, toNs } = drawn.current;
  const point = nearestPoint(curves.atNs, atNs);
  return (
    <div className={css['readout']} data-testid="readout">
      <b>{format.clock(curves.atNs[point] ?? atNs)}</b>
      {plot.lines.map((line, index) => (
        <span key={line.key} className={css['reading']}>
          <Swatch color={line.color} />
          {line.label}
          <span>{writeReading(format, plot.unit, curves.values[index]?.[point] ?? Number.NaN)}</span>
        </span>
      ))}
      {marksNear(plot.marks, atNs, toNs - fromNs).map(({ key, text }) => (
        <span key={key}>{text}</span>
      ))}
    </div>
  );
}

function marksNear(marks: readonly ChartMark[], atNs: number, spanNs: number): readonly ChartMark[] {
  return marks.filter(({ at }) => Math.abs(at - atNs) <= spanNs * NEAR);
}

/** Moves the line to the moment that is pointed at, in whichever chart. */
function placeCursor(line: HTMLElement | null, { fromNs, toNs }: Drawn): void {
  const { atNs } = useCursor.getState();
  if (line === null) return;
  const share = atNs === null ? -1 : (atNs - fromNs) / Math.max(1, toNs - fromNs);
  const isHidden = share < 0 || share > 1;
  if (isHidden && line.hidden) return;
  line.hidden = isHidden;
  line.style.left = `${share * 100}%`;
  line.dataset['side'] = share > 0.5 ? 'left' : 'right';
}

/** Where the keys lead from a moment: to a point of the curves, or to what happened next. */
function movedBy(
  key: string,
  atNs: number,
  { curves, fromNs, toNs }: Drawn,
  marks: readonly ChartMark[],
): number | null {
  const { atNs: times } = curves;
  const point = nearestPoint(times, atNs);
  const within = marks.map(({ at }) => at).filter((at) => at >= fromNs && at <= toNs);
  switch (key) {
    case 'ArrowLeft':
      return times[Math.max(0, point - 1)] ?? null;
    case 'ArrowRight':
      return times[Math.min(times.length - 1, point + 1)] ?? null;
    case 'Home':
      return times[0] ?? null;
    case 'End':
      return times.at(-1) ?? null;
    case 'PageUp':
      return within.findLast((at) => at < atNs) ?? atNs;
    case 'PageDown':
      return within.find((at) => at > atNs) ?? atNs;
    default:
      return null;
  }
}

export function Plot(plot: PlotProps) {
  const { label, view, lines, unit, isStacked, height, thresholds, max, marks, onPick, now, canvas } = plot;
  const rangeNow = (): ChartRange => plot.range ?? useChoices.getState().range;
  const { t } = useTranslation();
  const format = useFormat();
  const id = useId();
  const scheme = useComputedColorScheme('light');
  const area = useRef<HTMLDivElement>(null);
  const cursor = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn>(NOTHING);
  const last = useRef({ samples: -1, atMs: 0 });
  /** Of the canvas; to ask for it each time would have the browser lay the page out between one chart and the next. */
  const size = useRef<PlotSize | undefined>(undefined);
  const seen = useSeen(area);
  const [isEmpty, setEmpty] = useState(false);
  const [drag, setDrag] = useState<Drag | null>(null);
  const ownAt = useCursor((state) => (state.chart === id ? state.atNs : null));

  const speak = (): void => {
    const { fromNs, toNs, curves } = drawn.current;
    const atNs = ownAt ?? toNs;
    const point = nearestPoint(curves.atNs, atNs);
    const text = [
      format.clock(atNs),
      ...lines.map(
        (line, index) =>
          `${line.label} ${writeReading(format, unit, curves.values[index]?.[point] ?? Number.NaN)}`,
      ),
      ...marksNear(marks, atNs, toNs - fromNs).map((mark) => mark.text),
    ].join(', ');
    writeSlider(area.current, { fromNs, toNs, atNs, text });
  };
  // Each time: React knows only what it wrote itself.
  useEffect(speak);

  const draw = (): void => {
    const samples = view.time('fineSamples');
    const stretch = rangeAt(rangeNow(), samples * RESOLUTIONS.fine.periodNs);
    const curves = curvesOf(view, lines, stretch, POINTS);
    drawn.current = { ...stretch, curves };
    last.current = { samples, atMs: performance.now() };
    setEmpty(curves.atNs.length < 2);
    if (now.current !== null) {
      const known = curves.values
        .filter((_, line) => lines[line]?.isOverlay !== true)
        .map((line) => line.at(-1) ?? Number.NaN)
        .filter((value) => !Number.isNaN(value));
      const together = addsUp(unit) ? known.reduce((all, value) => all + value, 0) : Math.max(...known);
      const text = writeReading(format, unit, known.length === 0 ? Number.NaN : together);
      if (now.current.textContent !== text) now.current.textContent = text;
    }
    if (canvas.current === null || size.current === undefined) return;
    // A threshold is seen also while nothing comes near it.
    const peak = max ?? Math.max(peakOf(isStacked ? stacked(curves) : curves), ...thresholds);
    const picture = {
      ...stretch,
      curves,
      colors: lines.map(({ color }) => color),
      overlays: new Set(lines.flatMap(({ isOverlay }, line) => (isOverlay ? [line] : []))),
      ticks: axisTicks(peak, unit === 'bytes' || unit === 'byte-rate'),
      stacked: isStacked,
      thresholds,
      marks,
      writeValue: (value: number) => writeReading(format, unit, value),
      writeTime: (ns: number, digits: number) => writeTick(format, ns, digits),
    };
    paint(canvas.current, picture, size.current);
    placeCursor(cursor.current, drawn.current);
  };

  /** Draws when there is something new that is seen. */
  const look = (nowMs: number): void => {
    const samples = view.time('fineSamples');
    if (!seen.current || samples === last.current.samples) return;
    // A stretch of the past stays as it is.
    const range = rangeNow();
    if (range.kind === 'part' && last.current.samples * RESOLUTIONS.fine.periodNs >= range.toNs) return;
    const { fromNs, toNs } = drawn.current;
    if (toNs - fromNs > QUICK_STRETCH_NS && nowMs - last.current.atMs < SLOW_MS) return;
    draw();
  };
  useFrames(HERTZ, look);
  const latestDraw = useRef(draw);
  latestDraw.current = draw;
  const drawLatest = useCallback(() => latestDraw.current(), []);
  const drawAnew = useCallback(() => {
    // What is drawn first has its size first.
    if (size.current === undefined) return;
    if (seen.current) drawInTurn(drawLatest);
    else last.current = { samples: -1, atMs: 0 };
  }, [seen, drawLatest]);
  const lineKeys = lines.map(({ key, metric, slots }) => `${key} ${metric} ${slots.join(',')}`).join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn has changed
  useEffect(drawAnew, [view, lineKeys, height, scheme, format, marks, plot.range]);
  useEffect(
    () =>
      useChoices.subscribe(({ range }, before) => {
        if (range !== before.range) drawAnew();
      }),
    [drawAnew],
  );
  useEffect(() => () => giveUpTurn(drawLatest), [drawLatest]);
  useEffect(() => useCursor.subscribe(() => placeCursor(cursor.current, drawn.current)), []);
  useEffect(() => {
    if (canvas.current === null) return undefined;
    const observer = new ResizeObserver((entries) => {
      size.current = entries.at(-1)?.contentRect;
      latestDraw.current();
    });
    observer.observe(canvas.current);
    return () => observer.disconnect();
  }, [canvas]);

  const timeOf = (event: PointerEvent<HTMLElement>): number => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const { fromNs, toNs } = drawn.current;
    const share = Math.min(1, Math.max(0, (event.clientX - left) / Math.max(1, width)));
    return fromNs + share * (toNs - fromNs);
  };
  const choose = ({ from, to }: Drag): void => {
    if (Math.abs(to - from) > LEAST_DRAG_NS)
      useChoices.getState().setRange({ kind: 'part', fromNs: Math.min(from, to), toNs: Math.max(from, to) });
    else onPick?.(from);
    setDrag(null);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const at = ownAt ?? drawn.current.toNs;
    if (event.key === 'Enter') {
      choose(drag ?? { from: at, to: at });
      return;
    }
    if (event.key === 'Escape' && (drag !== null || ownAt !== null)) {
      event.stopPropagation();
      setDrag(null);
      pointNowhere(id);
      return;
    }
    const next = movedBy(event.key, at, drawn.current, marks);
    if (next === null) return;
    event.preventDefault();
    pointAt(id, next);
    setDrag(event.shiftKey ? { from: drag?.from ?? at, to: next } : null);
  };
  const { fromNs, toNs } = drawn.current;
  const shareOf = (ns: number): number => ((ns - fromNs) / Math.max(1, toNs - fromNs)) * 100;
  return (
    <div className={css['plot']} style={{ height }}>
      <canvas ref={canvas} className={css['canvas']} />
      {isEmpty ? <div className={css['empty']}>{t('charts.empty')}</div> : null}
      <div
        ref={area}
        className={css['area']}
        role="slider"
        tabIndex={0}
        aria-label={t('charts.cursor', { title: label })}
        aria-valuenow={(ownAt ?? toNs) / 1e9}
        onFocus={speak}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ from: timeOf(event), to: timeOf(event) });
        }}
        onPointerMove={(event) => {
          pointAt(id, timeOf(event));
          if (drag !== null && event.buttons !== 0) setDrag({ ...drag, to: timeOf(event) });
        }}
        onPointerUp={() => drag !== null && choose(drag)}
        onPointerCancel={() => setDrag(null)}
        onPointerLeave={() => pointNowhere(id)}
        onBlur={() => pointNowhere(id)}
        onKeyDown={onKeyDown}
      >
        {drag === null ? null : (
          <div
            className={css['drag']}
            style={{
              left: `${shareOf(Math.min(drag.from, drag.to))}%`,
              width: `${shareOf(Math.max(drag.from, drag.to)) - shareOf(Math.min(drag.from, drag.to))}%`,
            }}
          />
        )}
        <div ref={cursor} className={css['cursor']} hidden>
          <Readout id={id} drawn={drawn} plot={plot} />
        </div>
      </div>
    </div>
  );
}

/** Lanes of a host to point at, go through by keyboard, zoom and move; who asks for what they show, and what else says it, is its owner's. */
import { useComputedColorScheme } from '@mantine/core';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { PointerTip } from '../../../../kit/pointer-tip.tsx';
import texts from '../../../../kit/texts.module.css';
import { exitAt, heightOf, LANE_PX, type Place, paint, partAt, placeAt, sliceAt } from './lanes.ts';
import { panned, type TimeWindow, ZOOM, zoomed } from './time-window.ts';
import css from './timeline-panel.module.css';
import type { Lanes } from './use-lanes.ts';
import type { Words } from './words.ts';

interface Hover {
  readonly x: number;
  readonly y: number;
  readonly said: string;
}

interface Props {
  readonly label: string;
  /** What is said while no slice is chosen. */
  readonly hint: string;
  readonly harts: number;
  /** Null: not known yet. */
  readonly value: Lanes | null;
  readonly words: Words;
  readonly window: TimeWindow;
  /** The present of what is shown. */
  readonly now: () => number;
  readonly onWindow: (next: TimeWindow) => void;
  /** An instant that others point at, which is marked here too. */
  readonly markNs?: number | undefined;
  readonly onPoint?: (atNs: number | undefined) => void;
}

export function LaneBox({
  label,
  hint,
  harts,
  value,
  words,
  window,
  now,
  onWindow,
  markNs,
  onPoint = () => undefined,
}: Props) {
  const dark = useComputedColorScheme('light') === 'dark';
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [picked, setPicked] = useState<Place>();
  const [hover, setHover] = useState<Hover>();
  const dragged = useRef<{ readonly x: number; readonly window: TimeWindow }>(undefined);
  const { lanes = [], stretch = { fromNs: 0, toNs: 1 } } = value ?? {};
  useEffect(() => {
    if (canvas.current !== null && value !== null)
      paint(canvas.current, value.lanes, value.stretch, { dark, picked, nameOf: words.hart });
  }, [value, dark, picked, words.hart]);
  // Places are those of what was shown.
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another window is shown
  useEffect(() => setPicked(undefined), [window.spanNs, window.endNs]);

  const width = (): number => box.current?.clientWidth ?? 1;
  const timeAt = (x: number): number => stretch.fromNs + partAt(x, width()) * (stretch.toNs - stretch.fromNs);
  const placeOf = (event: { clientX: number; clientY: number }): { x: number; y: number; lane: number } => {
    const { left = 0, top = 0 } = box.current?.getBoundingClientRect() ?? {};
    const y = event.clientY - top;
    return { x: event.clientX - left, y, lane: Math.floor(y / LANE_PX) };
  };

  // Whoever works in the lanes turns the wheel there; the page scrolls otherwise. React's own handlers cannot prevent that.
  const onWheel = useRef<(event: WheelEvent) => void>(() => undefined);
  onWheel.current = (event) => {
    if (!event.ctrlKey && document.activeElement !== box.current) return;
    event.preventDefault();
    onWindow(
      zoomed(window, now(), event.deltaY < 0 ? 1 / ZOOM : ZOOM, partAt(placeOf(event).x, width()) - 1e-9),
    );
  };
  useEffect(() => {
    const element = box.current;
    const listen = (event: WheelEvent): void => onWheel.current(event);
    element?.addEventListener('wheel', listen, { passive: false });
    return () => element?.removeEventListener('wheel', listen);
  }, []);

  const pick = (hart: number, at: number): void => {
    const slices = lanes[hart]?.timeline.startNs.length ?? 0;
    if (slices > 0) setPicked({ hart, at: Math.min(slices - 1, Math.max(0, at)) });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const { hart = 0, at = -1 } = picked ?? {};
    const does = new Map<string, () => void>([
      ['+', () => onWindow(zoomed(window, now(), 1 / ZOOM, picked === undefined ? 1 : 0.5))],
      ['-', () => onWindow(zoomed(window, now(), ZOOM))],
      ['ArrowRight', () => pick(hart, at + 1)],
      ['ArrowLeft', () => pick(hart, at - 1)],
      ['ArrowDown', () => pick(Math.min(lanes.length - 1, picked === undefined ? 0 : hart + 1), at)],
      ['ArrowUp', () => pick(Math.max(0, hart - 1), at)],
      ['PageUp', () => onWindow(panned(window, now(), -0.5))],
      ['PageDown', () => onWindow(panned(window, now(), 0.5))],
      ['End', () => onWindow({ spanNs: window.spanNs })],
      ['Escape', () => setPicked(undefined)],
    ]);
    const act = does.get(event.key === '=' ? '+' : event.key);
    if (act === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act();
  };

  const shown = picked === undefined ? undefined : lanes[picked.hart];
  const said = picked === undefined || shown === undefined ? hint : words.slice(shown.timeline, picked.at);
  const mark =
    markNs === undefined || markNs < stretch.fromNs || markNs > stretch.toNs
      ? undefined
      : placeAt((markNs - stretch.fromNs) / Math.max(1, stretch.toNs - stretch.fromNs));
  return (
    <>
      <div className={css['window']}>
        <div
          ref={box}
          className={css['lanes']}
          style={{ height: heightOf(harts) }}
          role="slider"
          aria-label={label}
          aria-valuemin={0}
          aria-valuemax={Math.max(0, (lanes[picked?.hart ?? 0]?.timeline.startNs.length ?? 1) - 1)}
          aria-valuenow={picked?.at ?? 0}
          aria-valuetext={said}
          tabIndex={0}
          onKeyDown={onKeyDown}
          onPointerDown={(event) => {
            if (event.pointerType !== 'touch') event.currentTarget.setPointerCapture(event.pointerId);
            dragged.current = { x: event.clientX, window };
          }}
          onPointerMove={(event) => {
            const { x, y, lane } = placeOf(event);
            const from = dragged.current;
            if (from !== undefined && Math.abs(event.clientX - from.x) > 3) {
              setHover(undefined);
              onWindow(panned(from.window, now(), (from.x - event.clientX) / width()));
              return;
            }
            const atNs = timeAt(x);
            onPoint(atNs);
            const exit = exitAt(lanes[lane], atNs, (stretch.toNs - stretch.fromNs) / width());
            const slice = sliceAt(lanes[lane], atNs);
            const text =
              exit !== undefined && y % LANE_PX > LANE_PX / 2
                ? words.exit(lanes[lane]!.exits!, exit)
                : slice !== undefined
                  ? words.slice(lanes[lane]!.timeline, slice)
                  : undefined;
            setHover(text === undefined ? undefined : { x, y, said: text });
          }}
          onPointerUp={(event) => {
            const from = dragged.current;
            dragged.current = undefined;
            if (from === undefined || Math.abs(event.clientX - from.x) > 3) return;
            const { x, lane } = placeOf(event);
            const at = sliceAt(lanes[lane], timeAt(x));
            setPicked(at === undefined ? undefined : { hart: lane, at });
          }}
          onPointerCancel={() => {
            dragged.current = undefined;
          }}
          onPointerLeave={() => {
            setHover(undefined);
            onPoint(undefined);
          }}
        >
          <canvas ref={canvas} style={{ height: heightOf(harts) }} />
          {mark === undefined ? null : (
            <div
              className={css['mark']}
              data-testid="timeline-mark"
              style={{ left: mark, height: harts * LANE_PX }}
            />
          )}
        </div>
        {hover === undefined ? null : (
          <PointerTip x={hover.x} y={hover.y} width={width()}>
            {hover.said}
          </PointerTip>
        )}
      </div>
      <p className={`${texts['quiet']} ${css['said']}`} role="status" data-testid="timeline-said">
        {said}
      </p>
    </>
  );
}

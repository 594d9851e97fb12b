/** Who ran on which physical CPU, from seconds to single exits: lanes to zoom and move, with who, from when to when and why in words. */
import { Button, useComputedColorScheme } from '@mantine/core';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HostDescription } from '#bridge/protocol/answers';
import layout from '../../../../kit/layout.module.css';
import { PointerTip } from '../../../../kit/pointer-tip.tsx';
import texts from '../../../../kit/texts.module.css';
import { ErrorAlert } from '../../../../parts/error-text.tsx';
import { useClient, useFormat } from '../../../../parts/lab.tsx';
import { nowOf } from '../../../../parts/timeline-drawing.ts';
import { exitAt, heightOf, LANE_PX, type Place, paint, partAt, sliceAt } from './lanes.ts';
import { RunQueue } from './run-queue.tsx';
import { SliceTable } from './slice-table.tsx';
import { panned, showing, type TimeWindow, zoomed } from './time-window.ts';
import css from './timeline-panel.module.css';
import { useLanes } from './use-lanes.ts';
import { useWords } from './words.ts';

const FIRST_SPAN_NS = 200e6;
const ZOOM = 2;

interface Hover {
  readonly x: number;
  readonly y: number;
  readonly said: string;
}

export function TimelinePanel({ index, host }: { readonly index: number; readonly host: HostDescription }) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const dark = useComputedColorScheme('light') === 'dark';
  const card = useRef<HTMLElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [window, setWindow] = useState<TimeWindow>({ spanNs: FIRST_SPAN_NS });
  const [picked, setPicked] = useState<Place>();
  const [hover, setHover] = useState<Hover>();
  const dragged = useRef<{ readonly x: number; readonly window: TimeWindow }>(undefined);
  const { value, error } = useLanes(index, host.harts, window, card);
  const words = useWords(host);

  const { lanes = [], stretch = { fromNs: 0, toNs: 1 } } = value ?? {};
  useEffect(() => {
    if (canvas.current !== null && value !== null)
      paint(canvas.current, value.lanes, value.stretch, { dark, picked, nameOf: words.hart });
  }, [value, dark, picked, words.hart]);

  const now = (): number => nowOf(client, index);
  const change = (next: TimeWindow): void => {
    setPicked(undefined);
    setWindow(next);
  };
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
    change(
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
      ['+', () => change(zoomed(window, now(), 1 / ZOOM, picked === undefined ? 1 : 0.5))],
      ['-', () => change(zoomed(window, now(), ZOOM))],
      ['ArrowRight', () => pick(hart, at + 1)],
      ['ArrowLeft', () => pick(hart, at - 1)],
      ['ArrowDown', () => pick(Math.min(lanes.length - 1, picked === undefined ? 0 : hart + 1), at)],
      ['ArrowUp', () => pick(Math.max(0, hart - 1), at)],
      ['PageUp', () => change(panned(window, now(), -0.5))],
      ['PageDown', () => change(panned(window, now(), 0.5))],
      ['End', () => change({ spanNs: window.spanNs })],
      ['Escape', () => setPicked(undefined)],
    ]);
    const act = does.get(event.key === '=' ? '+' : event.key);
    if (act === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act();
  };

  const said =
    picked === undefined || lanes[picked.hart] === undefined
      ? t('timeline.hint')
      : words.slice(lanes[picked.hart]!.timeline, picked.at);
  const buttons = [
    ['zoomIn', '+', () => zoomed(window, now(), 1 / ZOOM, window.endNs === undefined ? 1 : 0.5)],
    ['zoomOut', '−', () => zoomed(window, now(), ZOOM)],
    ['earlier', '←', () => panned(window, now(), -0.5)],
    ['later', '→', () => panned(window, now(), 0.5)],
  ] as const;
  return (
    <section ref={card} className={layout['card']} data-testid="cpu-timeline">
      <header className={layout['row-wrap']}>
        <h3>{t('timeline.title')}</h3>
        <span className={layout['grow']} />
        <span className={texts['quiet']} data-testid="timeline-span">
          {format.duration(stretch.toNs - stretch.fromNs)}
        </span>
        {buttons.map(([id, sign, next]) => (
          <Button
            key={id}
            variant="default"
            size="compact-sm"
            aria-label={t(`timeline.${id}`)}
            title={t(`timeline.${id}`)}
            onClick={() => change(next())}
          >
            {sign}
          </Button>
        ))}
        <Button
          variant="default"
          size="compact-sm"
          disabled={window.endNs === undefined}
          onClick={() => change({ spanNs: window.spanNs })}
        >
          {t('timeline.follow')}
        </Button>
      </header>
      <ErrorAlert error={error} />
      <div className={css['window']}>
        <div
          ref={box}
          className={css['lanes']}
          style={{ height: heightOf(host.harts) }}
          role="slider"
          aria-label={t('timeline.lanes')}
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
              change(panned(from.window, now(), (from.x - event.clientX) / width()));
              return;
            }
            const atNs = timeAt(x);
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
          onPointerLeave={() => setHover(undefined)}
        >
          <canvas ref={canvas} style={{ height: heightOf(host.harts) }} />
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
      {lanes.some(({ timeline }) => timeline.truncated) ? (
        <p className={texts['quiet']}>{t('timeline.truncated')}</p>
      ) : null}
      {lanes.some(({ timeline }) => timeline.merged) ? (
        <p className={texts['quiet']}>{t('timeline.merged')}</p>
      ) : null}
      <SliceTable {...{ lanes, words }} onPick={(atNs) => change(showing(window, now(), atNs))} />
      <RunQueue {...{ index, stretch, card }} pinnedNs={window.endNs} />
    </section>
  );
}

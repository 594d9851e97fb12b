/** The frame map on a canvas: hover, a cursor for the keyboard, its own scrolling. Drawn only when frames changed. */
import { useComputedColorScheme } from '@mantine/core';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FRAME_STATES } from '#base/catalogue/frame-states';
import { type FrameOwner, frameOwnerOf, type ViewReader } from '#base/views';
import { useFrames } from '../../../kit/frame-clock.ts';
import css from './frame-canvas.module.css';
import { cellToFit, frameAt, geometryFor, MapPainter, rowsOf } from './frame-map.ts';

/** Height of the window on the map. */
const WINDOW_HEIGHT = 400;

interface Props {
  readonly view: ViewReader;
  /** Cell size in pixels; 0 fits all frames. */
  readonly zoom: number;
  readonly cursor: number | undefined;
  readonly onCursor: (frame: number) => void;
  readonly describe: (frame: number, owner: FrameOwner, state: string) => string;
}

export function FrameCanvas({ view, zoom, cursor, onCursor, describe }: Props) {
  const { t } = useTranslation();
  const dark = useComputedColorScheme('light') === 'dark';
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const [hover, setHover] = useState<{ frame: number; x: number; y: number } | null>(null);
  const drawn = useRef('');

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const { frames } = view.layout;
  const cell = zoom === 0 ? cellToFit(frames, width, WINDOW_HEIGHT) : zoom;
  const geometry = useMemo(() => geometryFor(frames, width, cell), [frames, width, cell]);
  const painter = useMemo(() => new MapPainter(cell, dark), [cell, dark]);
  const height = rowsOf(geometry) * cell;
  const mapWidth = geometry.columns * cell;
  const windowHeight = Math.min(height, WINDOW_HEIGHT);

  useFrames(30, () => {
    const element = canvas.current;
    const scroller = box.current;
    if (element === null || scroller === null || width === 0) return;
    const firstRow = Math.floor(scroller.scrollTop / cell);
    const key = `${view.framesGeneration()} ${firstRow} ${cell} ${geometry.columns} ${dark} ${cursor ?? -1} ${windowHeight}`;
    if (key === drawn.current) return;
    drawn.current = key;
    const rows = Math.ceil(windowHeight / cell) + 1;
    const context = element.getContext('2d', { alpha: true });
    if (context === null) return;
    if (element.width !== mapWidth || element.height !== rows * cell) {
      element.width = mapWidth;
      element.height = rows * cell;
    }
    const image = context.createImageData(mapWidth, rows * cell);
    painter.paint(image, geometry, firstRow, view.owners, view.states);
    context.putImageData(image, 0, 0);
    element.style.top = `${firstRow * cell}px`;
    if (cursor !== undefined) {
      const x = (cursor % geometry.columns) * cell;
      const y = (Math.floor(cursor / geometry.columns) - firstRow) * cell;
      context.lineWidth = 2;
      context.strokeStyle = dark ? '#ffffff' : '#000000';
      context.strokeRect(x - 1.5, y - 1.5, Math.max(cell, 5) + 2, Math.max(cell, 5) + 2);
    }
  });

  // Keep the cursor in sight.
  useEffect(() => {
    const scroller = box.current;
    if (scroller === null || cursor === undefined) return;
    const y = Math.floor(cursor / geometry.columns) * cell;
    if (y < scroller.scrollTop || y + cell > scroller.scrollTop + windowHeight)
      scroller.scrollTop = y - windowHeight / 2;
  }, [cursor, geometry, cell, windowHeight]);

  const point = (event: {
    clientX: number;
    clientY: number;
  }): { frame: number | undefined; x: number; y: number } => {
    const scroller = box.current;
    if (scroller === null) return { frame: undefined, x: 0, y: 0 };
    const bounds = scroller.getBoundingClientRect();
    const x = event.clientX - bounds.left;
    const y = event.clientY - bounds.top;
    return { frame: frameAt(geometry, x, y + scroller.scrollTop), x, y };
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -geometry.columns,
      ArrowDown: geometry.columns,
      PageUp: -geometry.columns * 16,
      PageDown: geometry.columns * 16,
    };
    const step = steps[event.key];
    const next =
      event.key === 'Home'
        ? 0
        : event.key === 'End'
          ? frames - 1
          : step === undefined
            ? undefined
            : (cursor ?? 0) + (cursor === undefined ? 0 : step);
    if (next === undefined) return;
    event.preventDefault();
    onCursor(Math.min(frames - 1, Math.max(0, next)));
  };

  const words = (frame: number): string =>
    describe(
      frame,
      frameOwnerOf(view.owners[frame] ?? 0),
      FRAME_STATES[view.states[frame] ?? 0]?.id ?? 'free',
    );

  return (
    <div className={css['window']}>
      <div
        ref={box}
        className={css['scroll']}
        style={{ height: windowHeight || WINDOW_HEIGHT }}
        role="slider"
        aria-orientation="vertical"
        aria-label={t('frames.mapLabel')}
        aria-valuemin={0}
        aria-valuemax={frames - 1}
        aria-valuenow={cursor ?? 0}
        aria-valuetext={cursor === undefined ? t('frames.mapHint') : words(cursor)}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerMove={(event) => {
          const { frame, x, y } = point(event);
          setHover(frame === undefined ? null : { frame, x, y });
        }}
        onPointerLeave={() => setHover(null)}
        onClick={(event) => {
          const { frame } = point(event);
          if (frame !== undefined) onCursor(frame);
        }}
      >
        <div style={{ height, width: mapWidth, position: 'relative' }}>
          <canvas ref={canvas} />
        </div>
      </div>
      {hover === null ? null : (
        <div
          className={css['tip']}
          style={{ left: Math.min(hover.x + 14, Math.max(0, width - 250)), top: hover.y + 16 }}
        >
          {words(hover.frame)}
        </div>
      )}
    </div>
  );
}

/** The frame map on a canvas: of all frames or a part of them, with what is under the pointer and the cursor of the keyboard. */
import { ActionIcon, Button, useComputedColorScheme } from '@mantine/core';
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFrames } from '../../../kit/frame-clock.ts';
import { Icon } from '../../../kit/icons.tsx';
import layout from '../../../kit/layout.module.css';
import { PointerTip } from '../../../kit/pointer-tip.tsx';
import texts from '../../../kit/texts.module.css';
import { useWidth } from '../../../kit/use-width.ts';
import { Colouring, type ColourMode, type Frames, PATTERN_FROM } from '../../../parts/frame-map/colouring.ts';
import { frameAt, geometryFor } from '../../../parts/frame-map/frame-map.ts';
import { drawMap } from '../../../parts/frame-map/map-drawing.ts';
import { MapPicture } from '../../../parts/frame-map/map-picture.ts';
import css from './frame-canvas.module.css';
import { useMapPointers } from './use-map-pointers.ts';
import { type MapView, useMapView, useWheel } from './use-map-view.ts';

/** Height of the window on the map. */
const WINDOW_HEIGHT = 400;
/** A pointer that rests so long wants to know more. */
const REST_MS = 250;

interface Props {
  readonly count: number;
  readonly mode: ColourMode;
  /** The frames as they are to be drawn, and a word that is another one when they are others. */
  readonly look: () => { readonly frames: Frames; readonly version: string };
  readonly cursor: number | undefined;
  readonly onCursor: (frame: number) => void;
  /** What a frame is, in words. */
  readonly describe: (frame: number) => string;
  /** What is asked of the machine about the frame on which the pointer rests. */
  readonly more: (frame: number) => ReactNode;
}

/** Buttons for what wheel and fingers do. */
function ZoomButtons({ map, fit }: { readonly map: MapView; readonly fit: number }) {
  const { t } = useTranslation();
  const { cell } = map.view;
  return (
    <fieldset className={`${layout['row-tight']} ${css['zoom']}`} aria-label={t('frames.zoom')}>
      <ActionIcon
        variant="default"
        aria-label={t('frames.smaller')}
        disabled={cell <= fit}
        onClick={() => map.zoom(-1)}
      >
        −
      </ActionIcon>
      <span className={`${texts['quiet']} ${css['cell']}`} data-testid="frame-size">
        {t('frames.pixels', { size: cell < 1 ? cell.toFixed(1) : String(cell) })}
      </span>
      <ActionIcon variant="default" aria-label={t('frames.larger')} onClick={() => map.zoom(1)}>
        <Icon name="plus" size={14} />
      </ActionIcon>
      <Button variant="default" size="compact-sm" disabled={cell <= fit} onClick={map.fit}>
        {t('frames.fit')}
      </Button>
    </fieldset>
  );
}

/** The picture of all frames on a canvas of its own, a pixel each. */
function usePicture(count: number, columns: number, mode: ColourMode, dark: boolean, shaded: boolean) {
  return useMemo(() => {
    const picture = new MapPicture(count, columns, new Colouring(mode, dark, shaded));
    const canvas = document.createElement('canvas');
    canvas.width = picture.columns;
    canvas.height = picture.rows;
    const image = new ImageData(picture.data, picture.columns, picture.rows);
    return { picture, canvas, image };
  }, [count, columns, mode, dark, shaded]);
}

export function FrameCanvas({ count, mode, look, cursor, onCursor, describe, more }: Props) {
  const { t } = useTranslation();
  const dark = useComputedColorScheme('light') === 'dark';
  const canvas = useRef<HTMLCanvasElement>(null);
  const [box, width] = useWidth<HTMLDivElement>();
  const [hover, setHover] = useState<{ frame: number; x: number; y: number } | null>(null);
  const geometry = useMemo(
    () => geometryFor(count, { width: Math.max(width, 16), height: WINDOW_HEIGHT }),
    [count, width],
  );
  const window = { width, height: Math.max(240, Math.ceil(geometry.rows * geometry.fit)) };
  const map = useMapView(geometry, window, cursor);
  const { view } = map;
  const drawing = usePicture(count, geometry.columns, mode, dark, view.cell < PATTERN_FROM);
  const drawn = useRef('');

  useFrames(60, () => {
    const element = canvas.current;
    if (element === null || width === 0) return;
    const { frames, version } = look();
    const scale = globalThis.devicePixelRatio;
    const place = `${geometry.columns} ${view.cell} ${view.x} ${view.y} ${width} ${window.height} ${scale}`;
    const key = `${version} ${place} ${mode} ${dark} ${cursor ?? -1}`;
    if (key === drawn.current) return;
    drawn.current = key;
    const rows = drawing.picture.update(frames);
    if (rows.from < rows.to)
      drawing.canvas
        .getContext('2d')
        ?.putImageData(drawing.image, 0, 0, 0, rows.from, geometry.columns, rows.to - rows.from);
    const [pixelWidth, pixelHeight] = [Math.round(width * scale), Math.round(window.height * scale)];
    if (element.width !== pixelWidth || element.height !== pixelHeight) {
      element.width = pixelWidth;
      element.height = pixelHeight;
    }
    const context = element.getContext('2d');
    if (context === null) return;
    const picture = drawing.canvas;
    const hasPatterns = mode === 'owner';
    drawMap(context, {
      ...{ picture, geometry, view, window: { ...window, scale }, states: frames.states },
      ...{ hasPatterns, cursor, dark },
    });
  });

  // The cursor stays in sight.
  const bring = useRef(map.bring);
  bring.current = map.bring;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another place of frames
  useEffect(() => {
    if (cursor !== undefined && width > 0) bring.current(cursor);
  }, [cursor, geometry, width]);

  useWheel(box, map.zoom);
  const pointers = useMapPointers(map, geometry.fit, (at) => {
    const frame = frameAt(geometry, map.view, at);
    if (frame !== undefined) onCursor(frame);
  });
  const point = ({ clientX, clientY }: { clientX: number; clientY: number }): typeof hover => {
    const bounds = box.current?.getBoundingClientRect();
    if (bounds === undefined) return null;
    const [x, y] = [clientX - bounds.left, clientY - bounds.top];
    const frame = frameAt(geometry, view, { x, y });
    return frame === undefined ? null : { frame, x, y };
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { columns } = geometry;
    const moves: Readonly<Record<string, number>> = {
      ...{ ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns },
      ...{ PageUp: -columns * 16, PageDown: columns * 16, Home: -count, End: count },
    };
    const move = moves[event.key];
    if (move !== undefined)
      onCursor(
        Math.min(
          count - 1,
          Math.max(0, cursor === undefined && Math.abs(move) < count ? 0 : (cursor ?? 0) + move),
        ),
      );
    else if (event.key === '+' || event.key === '=') map.zoom(1);
    else if (event.key === '-') map.zoom(-1);
    else if (event.key === '0') map.fit();
    else return;
    event.preventDefault();
  };

  return (
    <div className={css['map']}>
      <ZoomButtons map={map} fit={geometry.fit} />
      <div className={css['window']}>
        <div
          ref={box}
          className={css['box']}
          style={{ height: window.height }}
          data-zoomed={view.cell > geometry.fit || undefined}
          data-columns={geometry.columns}
          data-view={`${view.cell} ${view.x} ${view.y}`}
          role="slider"
          aria-orientation="vertical"
          aria-label={t('frames.mapLabel')}
          aria-valuemin={0}
          aria-valuemax={count - 1}
          aria-valuenow={cursor ?? 0}
          aria-valuetext={cursor === undefined ? t('frames.mapHint') : describe(cursor)}
          tabIndex={0}
          onKeyDown={onKeyDown}
          {...pointers}
          onPointerMove={(event) => {
            pointers.onPointerMove(event);
            setHover(event.buttons === 0 ? point(event) : null);
          }}
          onPointerLeave={() => setHover(null)}
        >
          <canvas ref={canvas} style={{ width: '100%', height: window.height }} />
        </div>
        {hover === null ? null : (
          <PointerTip x={hover.x} y={hover.y} width={width}>
            {describe(hover.frame)}
            <Rested key={hover.frame}>{() => more(hover.frame)}</Rested>
          </PointerTip>
        )}
      </div>
    </div>
  );
}

/** Shows something when it has been there for a while. */
function Rested({ children }: { readonly children: () => ReactNode }) {
  const [rested, setRested] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setRested(true), REST_MS);
    return () => clearTimeout(timer);
  }, []);
  return rested ? children() : null;
}

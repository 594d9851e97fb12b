/** The drawing of the map's window: the picture of all frames, enlarged, and on it what only large frames have room for. */
import type { FramePattern } from '#base/catalogue/frame-states';
import { PATTERN_FROM, patternOf } from './colouring.ts';
import { type MapGeometry, placeOf, type Viewport } from './frame-map.ts';

interface Window {
  readonly width: number;
  readonly height: number;
  /** Pixels of the screen to one of the page. */
  readonly scale: number;
}

export interface Drawn {
  readonly picture: CanvasImageSource;
  readonly geometry: MapGeometry;
  readonly view: Viewport;
  readonly window: Window;
  readonly states: Uint8Array;
  /** States have their patterns. */
  readonly hasPatterns: boolean;
  readonly cursor: number | undefined;
  readonly dark: boolean;
}

/** Frames are parted by a line from this size on. */
const LINES_FROM = 4;

export function drawMap(context: CanvasRenderingContext2D, drawn: Drawn): void {
  const { picture, geometry, view, window, dark } = drawn;
  const { cell } = view;
  context.setTransform(window.scale, 0, 0, window.scale, 0, 0);
  context.clearRect(0, 0, window.width, window.height);
  // Frames smaller than a pixel are mixed; others have sharp edges.
  context.imageSmoothingEnabled = cell < 1;
  context.drawImage(picture, -view.x, -view.y, geometry.columns * cell, geometry.rows * cell);
  if (cell >= PATTERN_FROM && drawn.hasPatterns) drawPatterns(context, drawn);
  if (cell >= LINES_FROM) drawLines(context, drawn);
  if (drawn.cursor === undefined) return;
  const { x, y } = placeOf(geometry, view, drawn.cursor);
  const size = Math.max(cell, 5);
  context.lineWidth = 2;
  context.strokeStyle = dark ? '#ffffff' : '#000000';
  context.strokeRect(x - 1.5, y - 1.5, size + 2, size + 2);
}

function drawLines(context: CanvasRenderingContext2D, { geometry, view, window, dark }: Drawn): void {
  const { cell } = view;
  context.fillStyle = dark ? '#14181d' : '#ffffff';
  const right = Math.min(window.width, geometry.columns * cell - view.x);
  const bottom = Math.min(window.height, geometry.rows * cell - view.y);
  for (let x = cell - 1 - (view.x % cell); x < right; x += cell) context.fillRect(x, 0, 1, bottom);
  for (let y = cell - 1 - (view.y % cell); y < bottom; y += cell) context.fillRect(0, y, right, 1);
}

/** The ink of the patterns; page tables, which are grey, have it too. */
function drawPatterns(context: CanvasRenderingContext2D, { geometry, view, window, states }: Drawn): void {
  const { cell } = view;
  const rows = Math.ceil(window.height / cell) + 1;
  const columns = Math.min(geometry.columns, Math.ceil(window.width / cell) + 1);
  const [top, left] = [Math.floor(view.y / cell), Math.floor(view.x / cell)];
  context.beginPath();
  for (let row = top; row < top + rows; row++)
    for (let column = left; column < Math.min(geometry.columns, left + columns); column++) {
      const frame = row * geometry.columns + column;
      if (frame >= geometry.frames) continue;
      const pattern = patternOf(states[frame] ?? 0);
      if (pattern !== 'plain') trace(context, pattern, column * cell - view.x, row * cell - view.y, cell - 1);
    }
  context.lineWidth = Math.max(1, cell / 10);
  context.strokeStyle = 'rgb(0 0 0 / 60%)';
  context.stroke();
}

function trace(
  context: CanvasRenderingContext2D,
  pattern: FramePattern,
  x: number,
  y: number,
  size: number,
): void {
  const line = (x1: number, y1: number, x2: number, y2: number): void => {
    context.moveTo(x + x1 * size, y + y1 * size);
    context.lineTo(x + x2 * size, y + y2 * size);
  };
  switch (pattern) {
    case 'plain':
      return;
    case 'cross':
      line(0, 0, 1, 1);
      line(0, 1, 1, 0);
      return;
    case 'stripe':
      line(0, 0.5, 0.5, 0);
      line(0, 1, 1, 0);
      line(0.5, 1, 1, 0.5);
      return;
    case 'hatch':
      line(0, 0.5, 0.5, 1);
      line(0, 0, 1, 1);
      line(0.5, 0, 1, 0.5);
      return;
    case 'dot':
      context.moveTo(x + size * 0.7, y + size / 2);
      context.arc(x + size / 2, y + size / 2, size * 0.2, 0, 2 * Math.PI);
      return;
    case 'frame':
      context.rect(x + 1, y + 1, size - 2, size - 2);
      return;
  }
}

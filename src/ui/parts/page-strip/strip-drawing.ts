/** The drawing of a memslot's pages, with the one that is meant. */
import { pageStateColor } from '../palette.ts';
import type { StripGeometry } from './page-strip.ts';

/** What colour a page has. */
export type PageColor = (page: number, dark: boolean) => string;

/** Pages by their state. */
export function byState(states: Uint8Array): PageColor {
  return (page, dark) => pageStateColor(states[page] ?? 0, dark);
}

export function drawStrip(
  canvas: HTMLCanvasElement,
  colorOf: PageColor,
  { pages, columns, rows, cell }: StripGeometry,
  cursor: number | undefined,
  dark: boolean,
): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  canvas.width = columns * cell;
  canvas.height = rows * cell;
  const size = cell > 3 ? cell - 1 : cell;
  for (let page = 0; page < pages; page++) {
    context.fillStyle = colorOf(page, dark);
    context.fillRect((page % columns) * cell, Math.floor(page / columns) * cell, size, size);
  }
  if (cursor === undefined) return;
  const [x, y] = [(cursor % columns) * cell, Math.floor(cursor / columns) * cell];
  context.lineWidth = 2;
  context.strokeStyle = dark ? '#ffffff' : '#000000';
  context.strokeRect(x - 1, y - 1, Math.max(cell, 5) + 1, Math.max(cell, 5) + 1);
}

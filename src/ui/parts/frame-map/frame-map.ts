/** Where the frames of the map stand, and which part of it is seen: numbers only. */
import { PAGE_SIZE, RAM_BASE } from '#base/addresses';

/** RAM begins here (base/addresses); a frame's number counts from the address 0. */
export const FIRST_FRAME: number = RAM_BASE / PAGE_SIZE;

/** The map has `columns` frames a row, whatever its size on the screen. */
export interface MapGeometry {
  readonly frames: number;
  readonly columns: number;
  readonly rows: number;
  /** Size of a frame, in pixels, at which all are seen. */
  readonly fit: number;
}

/** What is seen: the size of a frame, and what is left of and above the window, in pixels. */
export interface Viewport {
  readonly cell: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A row has a multiple of this many frames, so that it begins at a round address. */
const FRAMES_IN_STEP = 8;
const LARGEST_FIT = 12;
export const LARGEST_CELL = 32;

function columnsFor(width: number, cell: number): number {
  return Math.max(2, Math.floor(width / cell / FRAMES_IN_STEP)) * FRAMES_IN_STEP;
}

/** All frames in a window, as large as they can be: whole pixels, and parts of one where there are more frames than pixels. */
export function geometryFor(frames: number, { width, height }: Size): MapGeometry {
  const rowsAt = (cell: number): number => Math.ceil(frames / columnsFor(width, cell));
  for (let fit = LARGEST_FIT; fit >= 1; fit--)
    if (rowsAt(fit) * fit <= height)
      return { frames, columns: columnsFor(width, fit), rows: rowsAt(fit), fit };
  let fit = Math.sqrt((width * height) / frames);
  while (rowsAt(fit) * fit > height) fit *= 0.99;
  return { frames, columns: columnsFor(width, fit), rows: rowsAt(fit), fit };
}

/** The next larger or smaller size of a frame. */
export function cellBeside(cell: number, fit: number, steps: 1 | -1): number {
  const next = steps > 0 ? Math.max(Math.floor(cell) + 1, Math.round(cell * 1.4)) : Math.floor(cell / 1.4);
  return Math.min(LARGEST_CELL, Math.max(fit, next));
}

function within(value: number, most: number): number {
  return Math.round(Math.max(0, Math.min(most, value)));
}

/** The window stays on the map. */
export function clamped({ cell, x, y }: Viewport, { columns, rows }: MapGeometry, window: Size): Viewport {
  return {
    cell,
    x: within(x, columns * cell - window.width),
    y: within(y, rows * cell - window.height),
  };
}

/** Another size of frames; what lies at a point of the window stays there. */
export function zoomed(from: Viewport, cell: number, at: Point): Viewport {
  const ratio = cell / from.cell;
  return { cell, x: (from.x + at.x) * ratio - at.x, y: (from.y + at.y) * ratio - at.y };
}

/** The frame at a point of the window, or undefined beside the map. */
export function frameAt({ frames, columns }: MapGeometry, view: Viewport, at: Point): number | undefined {
  const column = Math.floor((view.x + at.x) / view.cell);
  const row = Math.floor((view.y + at.y) / view.cell);
  const frame = row * columns + column;
  return column >= 0 && column < columns && row >= 0 && frame < frames ? frame : undefined;
}

/** Where a frame is in the window. */
export function placeOf({ columns }: MapGeometry, { cell, x, y }: Viewport, frame: number): Point {
  return { x: (frame % columns) * cell - x, y: Math.floor(frame / columns) * cell - y };
}

/** The same, moved as little as brings a frame into the window. */
export function bringing(from: Viewport, geometry: MapGeometry, window: Size, frame: number): Viewport {
  const { cell } = from;
  const at = placeOf(geometry, from, frame);
  const by = (place: number, room: number): number =>
    place < 0 || place + cell > room ? place - (room - cell) / 2 : 0;
  const [dx, dy] = [by(at.x, window.width), by(at.y, window.height)];
  return dx === 0 && dy === 0 ? from : clamped({ cell, x: from.x + dx, y: from.y + dy }, geometry, window);
}

/** The drawing of the frame map: plain canvas, only the rows that can be seen. Knows bytes and colours, not React. */
import { PAGE_SIZE, RAM_BASE } from '#base/addresses';
import { FRAME_STATES, type FramePattern } from '#base/catalogue/frame-states';
import { frameOwnerOf } from '#base/views';
import { HYPERVISOR_COLOR, ownerColor } from '../../../parts/palette.ts';

/** RAM begins here (base/addresses); a frame's number counts from the address 0. */
export const FIRST_FRAME: number = RAM_BASE / PAGE_SIZE;

/** Where the frames stand: `columns` cells of `cell` pixels a row. */
export interface MapGeometry {
  readonly frames: number;
  readonly columns: number;
  readonly cell: number;
}

/** A row has a multiple of this many frames, so that it begins at a round address. */
const FRAMES_IN_STEP = 8;
const LARGEST_CELL = 12;

/** As many columns as the width has room for. */
export function geometryFor(frames: number, width: number, cell: number): MapGeometry {
  const steps = Math.floor(width / cell / FRAMES_IN_STEP);
  return { frames, columns: Math.max(2, steps) * FRAMES_IN_STEP, cell };
}

/** The largest cell with which all frames fit into a box; at least one pixel. */
export function cellToFit(frames: number, width: number, height: number): number {
  for (let cell = LARGEST_CELL; cell > 1; cell--) {
    const { columns } = geometryFor(frames, width, cell);
    if (Math.ceil(frames / columns) * cell <= height) return cell;
  }
  return 1;
}

export function rowsOf(geometry: MapGeometry): number {
  return Math.ceil(geometry.frames / geometry.columns);
}

/** The frame at a point of the whole map, or undefined beside it. */
export function frameAt(geometry: MapGeometry, x: number, y: number): number | undefined {
  const column = Math.floor(x / geometry.cell);
  const row = Math.floor(y / geometry.cell);
  const frame = row * geometry.columns + column;
  return column >= 0 && column < geometry.columns && row >= 0 && frame < geometry.frames ? frame : undefined;
}

/** A colour as the four bytes of a pixel. */
type Pixel = readonly [number, number, number];

function pixelOf(hex: string): Pixel {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 0xff, value & 0xff];
}

/** True where a pattern has ink: `x`, `y` inside the cell, `size` its inner size. */
function hasInk(pattern: FramePattern, x: number, y: number, size: number): boolean {
  switch (pattern) {
    case 'plain':
      return false;
    case 'cross':
      return x === y || x === size - 1 - y;
    case 'stripe':
      return (x + y) % 3 === 0;
    case 'hatch':
      return (x - y + 64) % 3 === 0;
    case 'dot':
      return Math.abs(x - (size - 1) / 2) < size / 4 && Math.abs(y - (size - 1) / 2) < size / 4;
    case 'frame':
      return x === 0 || y === 0 || x === size - 1 || y === size - 1;
  }
}

/** Below this a pattern cannot be seen; the state then darkens the cell. */
const PATTERN_FROM = 4;

/** Ready cells by owner and state, for one size and one background. */
export class MapPainter {
  readonly #cell: number;
  readonly #dark: boolean;
  readonly #tiles: Map<number, Uint8ClampedArray> = new Map();

  constructor(cell: number, dark: boolean) {
    this.#cell = cell;
    this.#dark = dark;
  }

  /** The pixels of a cell, RGBA, `cell` × `cell`. */
  #tile(owner: number, state: number): Uint8ClampedArray {
    const key = owner * 256 + state;
    const known = this.#tiles.get(key);
    if (known !== undefined) return known;
    const size = this.#cell;
    const inner = size >= PATTERN_FROM ? size - 1 : size;
    const ofOwner = pixelOf(ownerColor(frameOwnerOf(owner), this.#dark));
    const { id, pattern } = FRAME_STATES[state] ?? FRAME_STATES[0];
    // A page table is the hypervisor's, for a VM: its ground is of the one's colour, its cross of the other's.
    const isTable = id === 'page-table';
    const ground = isTable ? pixelOf(HYPERVISOR_COLOR) : ofOwner;
    const shade = size < PATTERN_FROM && pattern !== 'plain' && !isTable ? 0.62 : 1;
    const tile = new Uint8ClampedArray(size * size * 4);
    for (let y = 0; y < inner; y++) {
      for (let x = 0; x < inner; x++) {
        const isInk = size >= PATTERN_FROM && hasInk(pattern, x, y, inner);
        const [r, g, b] = isInk ? ofOwner : ground;
        const factor = isInk && !isTable ? 0.45 : shade;
        tile.set([r * factor, g * factor, b * factor, 255], (y * size + x) * 4);
      }
    }
    this.#tiles.set(key, tile);
    return tile;
  }

  /** Draws the rows from `firstRow` on into an image of whole rows. */
  paint(
    image: Pick<ImageData, 'data' | 'width' | 'height'>,
    geometry: MapGeometry,
    firstRow: number,
    owners: Uint8Array,
    states: Uint8Array,
  ): void {
    const size = this.#cell;
    const rows = Math.floor(image.height / size);
    const { data, width } = image;
    data.fill(0);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < geometry.columns; column++) {
        const frame = (firstRow + row) * geometry.columns + column;
        if (frame >= geometry.frames) return;
        const tile = this.#tile(owners[frame] ?? 0, states[frame] ?? 0);
        for (let y = 0; y < size; y++)
          data.set(
            tile.subarray(y * size * 4, (y + 1) * size * 4),
            ((row * size + y) * width + column * size) * 4,
          );
      }
    }
  }
}

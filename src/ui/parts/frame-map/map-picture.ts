/**
 * The picture of all frames, a pixel each, kept up to date by what has changed since it was last drawn: of 262,144 frames few change
 * between two animation frames. Knows bytes, not canvas.
 */
import type { Colouring, Frames } from './colouring.ts';

/** Rows of pixels that have changed, from the first to before the last; none when both are equal. */
export interface ChangedRows {
  readonly from: number;
  readonly to: number;
}
const NOTHING: ChangedRows = { from: 0, to: 0 };

export class MapPicture {
  readonly columns: number;
  readonly rows: number;
  /** RGBA, by row. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  readonly #colouring: Colouring;
  readonly #frames: number;
  readonly #pixels: Uint32Array;
  readonly #low: Uint8Array;
  readonly #states: Uint8Array;
  #isDrawn = false;

  constructor(frames: number, columns: number, colouring: Colouring) {
    this.columns = columns;
    this.rows = Math.ceil(frames / columns);
    this.#frames = frames;
    this.#colouring = colouring;
    this.data = new Uint8ClampedArray(this.columns * this.rows * 4);
    this.#pixels = new Uint32Array(this.data.buffer);
    this.#low = new Uint8Array(frames);
    this.#states = new Uint8Array(frames);
  }

  /** Draws the frames that are not as they were. */
  update(frames: Frames): ChangedRows {
    const { states } = frames;
    const low = this.#colouring.bytesOf(frames);
    if (low === undefined || low.length < this.#frames) return NOTHING;
    let from = this.rows;
    let to = 0;
    for (let frame = 0; frame < this.#frames; frame++) {
      const a = low[frame]!;
      const b = states[frame]!;
      if (this.#isDrawn && this.#low[frame] === a && this.#states[frame] === b) continue;
      this.#low[frame] = a;
      this.#states[frame] = b;
      this.#pixels[frame] = this.#colouring.pixel(a, b);
      const row = Math.floor(frame / this.columns);
      if (row < from) from = row;
      if (row >= to) to = row + 1;
    }
    this.#isDrawn = true;
    return from < to ? { from, to } : NOTHING;
  }
}

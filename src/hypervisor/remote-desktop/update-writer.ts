/** Packs tiles of a picture into the frames of an update: row by row as runs of one colour, so that no row is more than its pixels. */
import { MOST_UPDATE_FRAMES } from './state.ts';
import { MOST_FRAME_BYTES, RUN_BYTES, STRIP_HEADER, UPDATE_HEADER } from './wire.ts';

/** Runs of a row of a tile, at most: one for each pixel. */
const LONGEST_RUN = 255;

export class UpdateWriter {
  readonly frames: Uint8Array[] = [];
  #frame = new Uint8Array(MOST_FRAME_BYTES);
  #length = UPDATE_HEADER;

  /** The frame that comes next is written to. */
  get part(): number {
    return this.frames.length;
  }

  /** Adds a tile, given as red, green, blue, alpha; false, with nothing added, when the update is full. */
  add(pixels: Uint8Array, x: number, y: number, width: number, height: number): boolean {
    // A tile needs four frames at most: each row has room in a frame.
    if (this.frames.length + 5 > MOST_UPDATE_FRAMES) return false;
    for (let row = 0; row < height; ) row += this.#strip(pixels, x, y, width, height, row);
    return true;
  }

  /** As many rows as the frame has room for; how many, which is none when it is full and another begins. */
  #strip(pixels: Uint8Array, x: number, y: number, width: number, height: number, first: number): number {
    const start = this.#length;
    let end = start + STRIP_HEADER;
    let rows = 0;
    while (first + rows < height) {
      const next = this.#row(pixels, 4 * width * (first + rows), width, end);
      if (next < 0) break;
      end = next;
      rows += 1;
    }
    if (rows === 0) {
      this.#close();
      return 0;
    }
    const view = new DataView(this.#frame.buffer);
    view.setUint16(start, x);
    view.setUint16(start + 2, y + first);
    view.setUint8(start + 4, width);
    view.setUint8(start + 5, rows);
    view.setUint16(start + 6, end - start - STRIP_HEADER);
    this.#length = end;
    return rows;
  }

  /** Writes a row's runs from a place on; where they end, or -1 without room. */
  #row(pixels: Uint8Array, from: number, width: number, to: number): number {
    const frame = this.#frame;
    let at = to;
    for (let i = 0; i < width; ) {
      const pixel = from + 4 * i;
      let count = 1;
      while (i + count < width && count < LONGEST_RUN && isSame(pixels, pixel, pixel + 4 * count)) count++;
      if (at + RUN_BYTES > frame.length) return -1;
      frame[at] = count;
      frame.set(pixels.subarray(pixel, pixel + 3), at + 1);
      at += RUN_BYTES;
      i += count;
    }
    return at;
  }

  #close(): void {
    this.frames.push(this.#frame.subarray(0, this.#length));
    this.#frame = new Uint8Array(MOST_FRAME_BYTES);
    this.#length = UPDATE_HEADER;
  }

  /** The frames, whose headers are still to be written: at least one, so that a viewer hears that nothing is new. */
  finish(): readonly Uint8Array[] {
    if (this.#length > UPDATE_HEADER || this.frames.length === 0) this.#close();
    return this.frames;
  }
}

function isSame(pixels: Uint8Array, a: number, b: number): boolean {
  return pixels[a] === pixels[b] && pixels[a + 1] === pixels[b + 1] && pixels[a + 2] === pixels[b + 2];
}

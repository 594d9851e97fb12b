/**
 * A picture that a driver has made in the device (virtio 1.2, §5.7.6.7), and the memory of the guest's that it is filled from:
 * ranges as the driver named them, which may be anything. To copy reads each byte once.
 */
import { BYTES_PER_PIXEL } from '../../display/pixels.ts';
import type { GuestMemory } from '../../guest-memory.ts';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Ranges of guest memory, none empty. */
export interface BackingState {
  readonly addresses: Float64Array;
  readonly lengths: Float64Array;
}

/** The same, as one row of bytes. */
export class Backing {
  readonly state: BackingState;
  /** Where each range begins in the row of bytes; the end of all is behind the last. */
  readonly #starts: Float64Array;

  constructor(state: BackingState) {
    this.state = state;
    this.#starts = new Float64Array(state.lengths.length + 1);
    for (const [at, length] of state.lengths.entries()) this.#starts[at + 1] = this.#starts[at]! + length;
  }

  get sizeBytes(): number {
    return this.#starts.at(-1)!;
  }

  /** Fills `target` from `skip` on; false unless all of that is memory. */
  read(memory: GuestMemory, skip: number, target: Uint8Array): boolean {
    const { addresses } = this.state;
    let entry = this.#entryOf(skip);
    for (let done = 0; done < target.length; entry++) {
      if (entry >= addresses.length) return false;
      const at = skip + done - this.#starts[entry]!;
      const count = Math.min(this.#starts[entry + 1]! - skip - done, target.length - done);
      if (!memory.read(addresses[entry]! + at, target.subarray(done, done + count))) return false;
      done += count;
    }
    return true;
  }

  /** The last range that does not begin behind a place. */
  #entryOf(place: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

export class Resource {
  readonly id: number;
  readonly width: number;
  readonly height: number;
  readonly format: number;
  readonly pixels: Uint8Array;
  /** The same, four bytes in each. */
  readonly words: Uint32Array;
  backing: Backing | undefined;

  constructor(id: number, width: number, height: number, format: number) {
    this.id = id;
    this.width = width;
    this.height = height;
    this.format = format;
    this.words = new Uint32Array(width * height);
    this.pixels = new Uint8Array(this.words.buffer);
  }

  get stride(): number {
    return BYTES_PER_PIXEL * this.width;
  }

  holds({ x, y, width, height }: Rectangle): boolean {
    return width > 0 && height > 0 && x + width <= this.width && y + height <= this.height;
  }

  /** Bytes of backing memory that a rectangle's transfer reaches to: rows there are as long as the picture's. */
  reach({ width, height }: Rectangle, offset: number): number {
    return offset + this.stride * (height - 1) + BYTES_PER_PIXEL * width;
  }

  /** Copies one row of a rectangle from the guest; false unless all of it is memory. */
  fillRow(memory: GuestMemory, { x, y, width }: Rectangle, row: number, offset: number): boolean {
    const at = this.stride * (y + row) + BYTES_PER_PIXEL * x;
    const target = this.pixels.subarray(at, at + BYTES_PER_PIXEL * width);
    return this.backing?.read(memory, offset + this.stride * row, target) === true;
  }
}

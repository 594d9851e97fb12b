/**
 * Ether frames from one thread to another, in shared memory: one writes, one reads, and nobody waits. Two counters of bytes that only
 * grow (modulo 2^32) stand before a ring of records that may go round its end:
 *
 *   u32 size of the frame · u32 link · f64 instant of its arrival · the frame, up to a multiple of eight bytes
 */
import { LIMITS } from '#base/catalogue/limits';
import { invariant } from '#base/result';
import { FRAME_OVERHEAD, type LinkFrame } from '../network/uplink.ts';

/** Words before the ring. */
const [WRITTEN, READ] = [0, 1];
const HEADER_BYTES = 64;
const RECORD_HEADER_BYTES = 16;
const ALIGNMENT = 8;

invariant(
  RECORD_HEADER_BYTES + ALIGNMENT <= FRAME_OVERHEAD,
  'a record takes no more room than a frame is counted with',
);

/** Memory for a ring that holds so many bytes of frames, each with its overhead. */
export function ringMemory(bytes: number): SharedArrayBuffer {
  // A power of two: counters that wrap stay true.
  return new SharedArrayBuffer(HEADER_BYTES + 2 ** (32 - Math.clz32(bytes - 1)));
}

export class FrameRing {
  readonly #counters: Int32Array;
  readonly #bytes: Uint8Array;
  /** Where a record is put together, or taken apart. */
  readonly #record = new Uint8Array(RECORD_HEADER_BYTES + LIMITS.etherFrameBytes.most + ALIGNMENT);
  readonly #view = new DataView(this.#record.buffer);

  constructor(memory: SharedArrayBuffer) {
    this.#counters = new Int32Array(memory, 0, HEADER_BYTES / Int32Array.BYTES_PER_ELEMENT);
    this.#bytes = new Uint8Array(memory, HEADER_BYTES);
  }

  /** For who writes. There is room: senders are held to what a link may carry. */
  write({ link, at, bytes }: LinkFrame): void {
    const size = recordSize(bytes.length);
    const written = Atomics.load(this.#counters, WRITTEN);
    const used = (written - Atomics.load(this.#counters, READ)) >>> 0;
    invariant(used + size <= this.#bytes.length, 'frames fit between two hosts');
    this.#view.setUint32(0, bytes.length);
    this.#view.setUint32(4, link);
    this.#view.setFloat64(8, at);
    this.#record.set(bytes, RECORD_HEADER_BYTES);
    const from = this.#place(written);
    const first = Math.min(size, this.#bytes.length - from);
    this.#bytes.set(this.#record.subarray(0, first), from);
    this.#bytes.set(this.#record.subarray(first, size), 0);
    Atomics.store(this.#counters, WRITTEN, (written + size) | 0);
  }

  /** For who reads: all that has been written since, in order. */
  read(): LinkFrame[] {
    const frames: LinkFrame[] = [];
    const written = Atomics.load(this.#counters, WRITTEN);
    let read = Atomics.load(this.#counters, READ);
    while (read !== written) {
      this.#copy(read, RECORD_HEADER_BYTES);
      const length = this.#view.getUint32(0);
      this.#copy(read, recordSize(length));
      const [link, at] = [this.#view.getUint32(4), this.#view.getFloat64(8)];
      frames.push({ link, at, bytes: this.#record.slice(RECORD_HEADER_BYTES, RECORD_HEADER_BYTES + length) });
      read = (read + recordSize(length)) | 0;
      Atomics.store(this.#counters, READ, read);
    }
    return frames;
  }

  /** Nothing has been written that was not read. */
  get isEmpty(): boolean {
    return Atomics.load(this.#counters, WRITTEN) === Atomics.load(this.#counters, READ);
  }

  #place(counter: number): number {
    return (counter >>> 0) % this.#bytes.length;
  }
  #copy(counter: number, size: number): void {
    const from = this.#place(counter);
    const first = Math.min(size, this.#bytes.length - from);
    this.#record.set(this.#bytes.subarray(from, from + first), 0);
    this.#record.set(this.#bytes.subarray(0, size - first), first);
  }
}

function recordSize(frameBytes: number): number {
  return Math.ceil((RECORD_HEADER_BYTES + frameBytes) / ALIGNMENT) * ALIGNMENT;
}

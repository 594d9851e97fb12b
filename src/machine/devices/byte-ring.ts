/**
 * A bounded queue of bytes: input that waits for a guest, output that waits for a person. It starts small and grows
 * up to its limit, never beyond.
 */
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { bytes, integer, upTo } from '#base/state/types';

const FIRST_CAPACITY = 256;
/** Bytes that any ring may hold; each has a limit of its own below it. */
const LARGEST_LIMIT: number = 1024 * 1024;

export interface ByteRingState {
  readonly bytes: Uint8Array;
  readonly lost: number;
}
export const BYTE_RING: Declaration<ByteRingState> = declare('byte ring', {
  bytes: bytes(upTo(LARGEST_LIMIT)),
  lost: integer,
});

/** First in, first out. `push` refuses what does not fit; `pushOverwriting` drops the oldest bytes instead. */
export class ByteRing {
  readonly limit: number;
  #bytes: Uint8Array;
  /** Where the oldest byte lies. */
  #start = 0;
  #length = 0;
  /** Bytes that overwriting dropped. */
  lost = 0;

  /** `limit` is the most bytes it will ever hold. */
  constructor(limit: number) {
    this.limit = limit;
    this.#bytes = new Uint8Array(Math.min(FIRST_CAPACITY, limit));
  }

  get length(): number {
    return this.#length;
  }

  /** Appends as many bytes as fit and says how many those were. */
  push(source: Uint8Array): number {
    const accepted = Math.min(source.length, this.limit - this.#length);
    if (accepted > 0) this.#append(source, 0, accepted);
    return accepted;
  }

  /** Appends one byte if it fits. */
  pushByte(byte: number): boolean {
    if (this.#length === this.limit) return false;
    this.#makeRoom(1);
    this.#bytes[(this.#start + this.#length) % this.#bytes.length] = byte;
    this.#length += 1;
    return true;
  }

  /** Appends all bytes; the oldest give way. */
  pushOverwriting(source: Uint8Array): void {
    const skipped = Math.max(0, source.length - this.limit);
    const kept = source.length - skipped;
    const dropped = Math.max(0, this.#length + kept - this.limit);
    this.#advance(dropped);
    this.lost += skipped + dropped;
    this.#append(source, skipped, kept);
  }

  /** The oldest byte, without taking it; -1 when empty. */
  peekByte(): number {
    return this.#length === 0 ? -1 : this.#bytes[this.#start]!;
  }

  /** Takes the oldest byte; -1 when empty. */
  takeByte(): number {
    if (this.#length === 0) return -1;
    const byte = this.#bytes[this.#start]!;
    this.#advance(1);
    return byte;
  }

  /** Moves the oldest bytes into `target`, and says how many. */
  take(target: Uint8Array): number {
    const count = this.#copy(target);
    this.#advance(count);
    return count;
  }

  /** Takes everything, as a new array. */
  takeAll(): Uint8Array {
    const all = new Uint8Array(this.#length);
    this.take(all);
    return all;
  }

  /** Everything, without taking it, as a new array. */
  peekAll(): Uint8Array {
    const all = new Uint8Array(this.#length);
    this.#copy(all);
    return all;
  }

  clear(): void {
    this.#start = 0;
    this.#length = 0;
  }

  capture(): ByteRingState {
    return { bytes: this.peekAll(), lost: this.lost };
  }

  restore({ bytes: waiting, lost }: ByteRingState): void {
    if (waiting.length > this.limit) throw new SnapshotFormatError('a byte ring over its limit');
    this.clear();
    this.push(waiting);
    this.lost = lost;
  }

  #copy(target: Uint8Array): number {
    const count = Math.min(target.length, this.#length);
    const first = Math.min(count, this.#bytes.length - this.#start);
    target.set(this.#bytes.subarray(this.#start, this.#start + first), 0);
    target.set(this.#bytes.subarray(0, count - first), first);
    return count;
  }

  #advance(count: number): void {
    this.#start = (this.#start + count) % this.#bytes.length;
    this.#length -= count;
  }

  #append(source: Uint8Array, from: number, count: number): void {
    this.#makeRoom(count);
    const capacity = this.#bytes.length;
    const end = (this.#start + this.#length) % capacity;
    const first = Math.min(count, capacity - end);
    this.#bytes.set(source.subarray(from, from + first), end);
    this.#bytes.set(source.subarray(from + first, from + count), 0);
    this.#length += count;
  }

  #makeRoom(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.min(this.limit, Math.max(needed, this.#bytes.length * 2)));
    this.#copy(grown);
    this.#bytes = grown;
    this.#start = 0;
  }
}

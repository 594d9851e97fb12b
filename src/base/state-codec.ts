/**
 * The bytes of a snapshot. Every stateful part writes itself with a `StateWriter` and reads itself back, field by
 * field in the same order, with a `StateReader`; the state hash is the hash of the written bytes. Each section starts
 * with a tag, so a damaged or foreign snapshot is refused with the name of the part that did not fit.
 */
import { SnapshotFormatError } from './state/bytes.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export { SnapshotFormatError };

/** Appends fixed little-endian fields to a growing buffer. */
export class StateWriter {
  #bytes: Uint8Array = new Uint8Array(1 << 12);
  #view: DataView = new DataView(this.#bytes.buffer);
  #length = 0;

  #reserve(count: number): number {
    const at = this.#length;
    if (at + count > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, at + count));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#length = at + count;
    return at;
  }

  /** Starts a part; the reader checks the same name. */
  section(name: string): void {
    this.string(`§${name}`);
  }
  u8(value: number): void {
    // First the room: growing replaces the view.
    const at = this.#reserve(1);
    this.#view.setUint8(at, value);
  }
  bool(value: boolean): void {
    this.u8(value ? 1 : 0);
  }
  u32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, true);
  }
  /** An integer of magnitude below 2^53 (times, byte counts, addresses). */
  integer(value: number): void {
    const at = this.#reserve(8);
    this.#view.setFloat64(at, value, true);
  }
  string(value: string): void {
    this.bytes(encoder.encode(value));
  }
  /** Length and content. */
  bytes(value: Uint8Array): void {
    this.u32(value.length);
    const at = this.#reserve(value.length);
    this.#bytes.set(value, at);
  }
  /** A counted list. */
  list<T>(items: readonly T[], each: (item: T) => void): void {
    this.u32(items.length);
    for (const item of items) each(item);
  }
  /** The bytes so far (a view, valid until the next write). */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}

/** Reads what a `StateWriter` wrote; every length is checked against what is left. */
export class StateReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #take(count: number): number {
    const at = this.#at;
    if (at + count > this.#bytes.length) throw new SnapshotFormatError(`ends at byte ${this.#bytes.length}`);
    this.#at = at + count;
    return at;
  }

  section(name: string): void {
    const found = this.string();
    if (found !== `§${name}`)
      throw new SnapshotFormatError(`expected part ${name}, found ${JSON.stringify(found)}`);
  }
  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }
  bool(): boolean {
    return this.u8() !== 0;
  }
  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }
  integer(): number {
    const value = this.#view.getFloat64(this.#take(8), true);
    if (!Number.isSafeInteger(value)) throw new SnapshotFormatError('an integer field holds no integer');
    return value;
  }
  string(): string {
    return decoder.decode(this.bytes());
  }
  /** A copy of the counted bytes. */
  bytes(): Uint8Array {
    const length = this.u32();
    const at = this.#take(length);
    return this.#bytes.slice(at, at + length);
  }
  /** A counted list of at most `limit` items. */
  list<T>(each: () => T, limit: number = 1 << 20): T[] {
    const count = this.u32();
    if (count > limit) throw new SnapshotFormatError(`a list of ${count} items, limit ${limit}`);
    return Array.from({ length: count }, each);
  }
  /** True when all bytes have been read. */
  atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }
}

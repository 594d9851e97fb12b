/**
 * The bytes of a state: fixed little-endian fields, one behind the other. What stands where is said by declarations
 * (declare.ts); here every length is checked against what is left before anything is made of it.
 */
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Thrown while reading damaged or foreign bytes; the door that restores turns it into a `LabError`. */
export class SnapshotFormatError extends Error {
  override readonly name = 'SnapshotFormatError';
}

/** Appends fields to a growing buffer. */
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
  text(value: string): void {
    this.bytes(encoder.encode(value));
  }
  /** Length and content. */
  bytes(value: Uint8Array): void {
    this.u32(value.length);
    const at = this.#reserve(value.length);
    this.#bytes.set(value, at);
  }
  /** Count and words of 32 bits. */
  words(values: ArrayLike<number>): void {
    this.u32(values.length);
    let at = this.#reserve(values.length * 4);
    for (let i = 0; i < values.length; i++, at += 4) this.#view.setUint32(at, values[i] as number, true);
  }
  /** Count and integers of magnitude below 2^53. */
  integers(values: ArrayLike<number>): void {
    this.u32(values.length);
    let at = this.#reserve(values.length * 8);
    for (let i = 0; i < values.length; i++, at += 8) this.#view.setFloat64(at, values[i] as number, true);
  }
  /** The bytes so far (a view, valid until the next write). */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}

/** How many elements a field may have. */
export interface Length {
  readonly least: number;
  readonly most: number;
}

/** Copies restored values into the array that a part keeps them in; another number of them does not belong to this part. */
export function refill(
  target: Uint8Array | Uint32Array | Int32Array | Float64Array,
  values: ArrayLike<number>,
  what: string,
): void {
  if (values.length !== target.length)
    throw new SnapshotFormatError(`${values.length} values of ${what} where ${target.length} belong`);
  target.set(values);
}

/** Reads what a `StateWriter` wrote. */
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
    if (at + count > this.#bytes.length)
      throw new SnapshotFormatError(`the bytes end at ${this.#bytes.length}`);
    this.#at = at + count;
    return at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }
  bool(): boolean {
    const value = this.u8();
    if (value > 1) throw new SnapshotFormatError(`${value} is neither true nor false`);
    return value === 1;
  }
  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }
  integer(): number {
    return this.#integerAt(this.#take(8));
  }
  text(most: number): string {
    const bytes = this.bytes({ least: 0, most });
    try {
      return decoder.decode(bytes);
    } catch {
      throw new SnapshotFormatError('a text that is not UTF-8');
    }
  }
  /** A copy of the counted bytes. */
  bytes(length: Length): Uint8Array {
    const count = this.count(length);
    const at = this.#take(count);
    return this.#bytes.slice(at, at + count);
  }
  words(length: Length): Uint32Array {
    const count = this.count(length);
    const at = this.#take(count * 4);
    const values = new Uint32Array(count);
    for (let i = 0; i < count; i++) values[i] = this.#view.getUint32(at + i * 4, true);
    return values;
  }
  integers(length: Length): Float64Array {
    const count = this.count(length);
    const at = this.#take(count * 8);
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++) values[i] = this.#integerAt(at + i * 8);
    return values;
  }
  /** The number of elements that follow. */
  count({ least, most }: Length): number {
    const count = this.u32();
    if (count < least || count > most)
      throw new SnapshotFormatError(
        `${count} elements where ${least === most ? most : `at most ${most}`} belong`,
      );
    return count;
  }
  /** True when all bytes have been read. */
  atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  #integerAt(at: number): number {
    const value = this.#view.getFloat64(at, true);
    if (!Number.isSafeInteger(value)) throw new SnapshotFormatError('an integer field holds no integer');
    return value;
  }
}

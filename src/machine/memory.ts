/**
 * Physical memory of a host, by supervisor physical address. Every write that a guest did not make goes through this
 * class, which tells the engine: decoded code, reservations and marks of frames depend on it.
 */
import { RAM_BASE } from '#base/addresses';

/** What a write outside the harts must tell: host offset in the memory, and length. */
export type RamWritten = (host: number, sizeBytes: number) => void;

/** RAM of a host. Addresses are SPAs from {@link RAM_BASE}; callers check them (`holds`). */
export class PhysicalMemory {
  /** Harts know Svnapot and Svpbmt: else the bits of these in entries of page tables are reserved (12.4.1). */
  hasUpperBits = false;
  readonly sizeBytes: number;
  /** Byte 0 is SPA 0x8000_0000. For reading; writes go through the methods. */
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #offset: number;
  readonly #written: RamWritten;

  constructor(buffer: ArrayBufferLike, offset: number, sizeBytes: number, written: RamWritten) {
    this.sizeBytes = sizeBytes;
    this.bytes = new Uint8Array(buffer, offset, sizeBytes);
    this.#view = new DataView(buffer, offset, sizeBytes);
    this.#offset = offset;
    this.#written = written;
  }

  /** True when the whole range is RAM. */
  holds(spa: number, length: number): boolean {
    return spa >= RAM_BASE && length >= 0 && spa + length <= RAM_BASE + this.sizeBytes;
  }

  u8(spa: number): number {
    return this.#view.getUint8(spa - RAM_BASE);
  }
  u16(spa: number): number {
    return this.#view.getUint16(spa - RAM_BASE, true);
  }
  u32(spa: number): number {
    return this.#view.getUint32(spa - RAM_BASE, true);
  }
  /** A view of the bytes at an address (aliases RAM). */
  view(spa: number, length: number): Uint8Array {
    return this.bytes.subarray(spa - RAM_BASE, spa - RAM_BASE + length);
  }
  /** The same as words; address and length are multiples of 4. */
  words(spa: number, length: number): Uint32Array {
    return new Uint32Array(this.bytes.buffer, this.bytes.byteOffset + spa - RAM_BASE, length / 4);
  }
  /** True when all bytes of a range of words are zero. */
  isZeros(spa: number, length: number): boolean {
    for (const word of this.words(spa, length)) if (word !== 0) return false;
    return true;
  }

  setU8(spa: number, value: number): void {
    this.#view.setUint8(spa - RAM_BASE, value);
    this.#written(spa - RAM_BASE + this.#offset, 1);
  }
  setU16(spa: number, value: number): void {
    this.#view.setUint16(spa - RAM_BASE, value, true);
    this.#written(spa - RAM_BASE + this.#offset, 2);
  }
  setU32(spa: number, value: number): void {
    this.#view.setUint32(spa - RAM_BASE, value, true);
    this.#written(spa - RAM_BASE + this.#offset, 4);
  }
  setU64(spa: number, lo: number, hi: number): void {
    this.#view.setUint32(spa - RAM_BASE, lo, true);
    this.#view.setUint32(spa - RAM_BASE + 4, hi, true);
    this.#written(spa - RAM_BASE + this.#offset, 8);
  }
  write(spa: number, source: Uint8Array): void {
    this.bytes.set(source, spa - RAM_BASE);
    this.#written(spa - RAM_BASE + this.#offset, source.length);
  }
  /** What lies at an address was changed through a {@link view}. */
  wrote(spa: number, length: number): void {
    this.#written(spa - RAM_BASE + this.#offset, length);
  }
  fill(spa: number, length: number, value: number): void {
    this.bytes.fill(value, spa - RAM_BASE, spa - RAM_BASE + length);
    this.#written(spa - RAM_BASE + this.#offset, length);
  }
  copy(from: number, to: number, length: number): void {
    this.bytes.copyWithin(to - RAM_BASE, from - RAM_BASE, from - RAM_BASE + length);
    this.#written(to - RAM_BASE + this.#offset, length);
  }
}

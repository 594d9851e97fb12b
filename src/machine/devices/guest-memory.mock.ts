/**
 * Guest memory as one plain array, for tests of devices. It counts reads per byte, so that a test can see whether a
 * device reads a field twice.
 */
import { PAGE_SIZE } from '#base/addresses';
import type { GuestMemory, MovePiece, PinAnswer } from './guest-memory.ts';

/** Test memory of `size` bytes at `base`; `bytes` may be looked at and changed by the test as the guest would. */
export class MockGuestMemory implements GuestMemory {
  readonly bytes: Uint8Array;
  readonly base: number;
  /** How often a device read each byte, once a test has put an array of the same length here. */
  timesRead: Uint16Array | undefined;
  /** Pages, by number from the start, that are not in memory: whoever wants them must wait. */
  readonly away: Set<number> = new Set();
  awaited = -1;
  /** By page: how often it is pinned. */
  readonly pins: Uint16Array;
  readonly #view: DataView;

  constructor(size: number, base = 0x8000_0000) {
    this.bytes = new Uint8Array(size);
    this.base = base;
    this.pins = new Uint16Array(Math.ceil(size / PAGE_SIZE));
    this.#view = new DataView(this.bytes.buffer);
  }

  read(gpa: number, target: Uint8Array): boolean {
    const at = this.#offset(gpa, target.length);
    if (at < 0) return false;
    target.set(this.bytes.subarray(at, at + target.length));
    if (this.timesRead !== undefined) for (let i = at; i < at + target.length; i++) this.timesRead[i]! += 1;
    return true;
  }

  write(gpa: number, source: Uint8Array): boolean {
    const at = this.#offset(gpa, source.length);
    if (at < 0) return false;
    this.bytes.set(source, at);
    return true;
  }

  moveOut(gpa: number, length: number, take: MovePiece, start: number): boolean {
    const piece = new Uint8Array(length);
    if (!this.read(gpa, piece)) return false;
    take(piece, start);
    return true;
  }

  moveIn(gpa: number, length: number, fill: MovePiece, start: number): boolean {
    const at = this.#offset(gpa, length);
    if (at < 0) return false;
    fill(this.bytes.subarray(at, at + length), start);
    return true;
  }

  fill(gpa: number, length: number, value: number): boolean {
    const at = this.#offset(gpa, length);
    if (at < 0) return false;
    this.bytes.fill(value, at, at + length);
    return true;
  }

  readU16(gpa: number): number {
    const at = this.#offset(gpa, 2);
    return at < 0 ? -1 : this.#view.getUint16(at, true);
  }

  readU32(gpa: number): number {
    const at = this.#offset(gpa, 4);
    return at < 0 ? -1 : this.#view.getUint32(at, true);
  }

  writeU16(gpa: number, value: number): boolean {
    const at = this.#offset(gpa, 2);
    if (at < 0) return false;
    this.#view.setUint16(at, value, true);
    return true;
  }

  writeU32(gpa: number, value: number): boolean {
    const at = this.#offset(gpa, 4);
    if (at < 0) return false;
    this.#view.setUint32(at, value, true);
    return true;
  }

  pin(gpa: number, length: number): PinAnswer {
    const at = this.#offset(gpa, length);
    if (at < 0) return this.awaited < 0 ? 'refused' : 'wait';
    for (const page of pagesOf(at, length)) this.pins[page]! += 1;
    return 'pinned';
  }

  unpin(gpa: number, length: number): void {
    for (const page of pagesOf(gpa - this.base, length)) {
      if (this.pins[page] === 0) throw new Error(`page ${page} is not pinned`);
      this.pins[page]! -= 1;
    }
  }

  /** Pins of all pages together. */
  get pinned(): number {
    return this.pins.reduce((sum, count) => sum + count, 0);
  }

  #offset(gpa: number, length: number): number {
    const at = gpa - this.base;
    const isInside = at >= 0 && length >= 0 && at + length <= this.bytes.length;
    this.awaited = -1;
    if (!isInside) return -1;
    if (this.away.size > 0)
      for (const page of pagesOf(at, length)) if (this.away.has(page)) this.awaited = page;
    return this.awaited < 0 ? at : -1;
  }
}

/** Pages that a range touches. */
function pagesOf(at: number, length: number): number[] {
  const first = Math.floor(at / PAGE_SIZE);
  const count = length === 0 ? 0 : Math.floor((at + length - 1) / PAGE_SIZE) - first + 1;
  return Array.from({ length: count }, (_, index) => first + index);
}

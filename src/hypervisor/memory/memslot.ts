/**
 * A range of guest physical addresses that is backed by RAM, with the frame behind each of its pages (0: none yet).
 * It may not allocate; it is the map from gfn to spfn.
 */
import { PAGE_SHIFT, PAGE_SIZE } from '#base/addresses';
import { invariant } from '#base/result';
import { SnapshotFormatError, type StateReader, type StateWriter } from '#base/state-codec';

/** No frame behind a page. */
export const UNBACKED = 0;

/** One memslot; base and size are multiples of the page size. */
export class Memslot {
  readonly base: number;
  readonly sizeBytes: number;
  /** By page: spfn, or {@link UNBACKED}. */
  readonly frames: Uint32Array;

  constructor(base: number, sizeBytes: number) {
    invariant(base % PAGE_SIZE === 0 && sizeBytes % PAGE_SIZE === 0, 'memslots are whole pages');
    this.base = base;
    this.sizeBytes = sizeBytes;
    this.frames = new Uint32Array(sizeBytes / PAGE_SIZE);
  }

  /** True when the whole range lies in this slot. */
  holds(gpa: number, length: number): boolean {
    return gpa >= this.base && length >= 0 && gpa + length <= this.base + this.sizeBytes;
  }
  /** Position of an address's page in {@link frames}. */
  pageOf(gpa: number): number {
    return (gpa - this.base) >>> PAGE_SHIFT;
  }

  save(w: StateWriter): void {
    w.integer(this.base);
    w.integer(this.sizeBytes);
    for (const spfn of this.frames) w.u32(spfn);
  }
  /** Reads frames back; the slot itself comes from the VM's specification, and must be the same. */
  load(r: StateReader): void {
    if (r.integer() !== this.base || r.integer() !== this.sizeBytes)
      throw new SnapshotFormatError('a memslot of another place or size');
    for (let page = 0; page < this.frames.length; page++) this.frames[page] = r.u32();
  }
}

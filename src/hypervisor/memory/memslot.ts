/**
 * A range of guest physical addresses that is backed by RAM, with what is known of each of its pages. It may not
 * allocate; it is the map from gfn to what is behind it.
 */

import { PAGE_SHIFT, PAGE_SIZE } from '#base/addresses';
import { PAGE_STATE, PAGE_STATES } from '#base/catalogue/page-states';
import { invariant } from '#base/result';
import { SnapshotFormatError, type StateReader, type StateWriter } from '#base/state-codec';
import { type AccessKind, MAPPED, NEEDED, READ, RIGHTS, WATCHED } from './page-access.ts';

/** Nothing behind a page. */
export const UNBACKED = 0;

/** One memslot; base and size are multiples of the page size. */
export class Memslot {
  readonly base: number;
  readonly sizeBytes: number;
  /** By page: position in the table of page states. */
  readonly states: Uint8Array;
  /** By page: what the hypervisor allows now, and whether the next write is watched for; see page-access.ts. */
  readonly rights: Uint8Array;
  /** By page: its spfn; of a swapped one its place in the swap area; else {@link UNBACKED}. */
  readonly frames: Uint32Array;
  /** By page: how often devices hold it; see vm-memory.ts. */
  readonly pins: Uint16Array;

  constructor(base: number, sizeBytes: number) {
    invariant(base % PAGE_SIZE === 0 && sizeBytes % PAGE_SIZE === 0, 'memslots are whole pages');
    this.base = base;
    this.sizeBytes = sizeBytes;
    const pages = sizeBytes / PAGE_SIZE;
    this.states = new Uint8Array(pages);
    this.rights = new Uint8Array(pages).fill(RIGHTS);
    this.frames = new Uint32Array(pages);
    this.pins = new Uint16Array(pages);
  }

  /** True when the whole range lies in this slot. */
  holds(gpa: number, length: number): boolean {
    return gpa >= this.base && length >= 0 && gpa + length <= this.base + this.sizeBytes;
  }
  /** Number of an address's page in this slot. */
  pageOf(gpa: number): number {
    return (gpa - this.base) >>> PAGE_SHIFT;
  }
  /** Guest frame number of a page. */
  gfnOf(page: number): number {
    return this.base / PAGE_SIZE + page;
  }

  /** What the G-stage entry of a page may allow: its state and the hypervisor both. */
  permissionsOf(page: number): number {
    return MAPPED[this.states[page]!]! & this.rights[page]!;
  }
  /** True when an access can be made as the page is; to look at a page it must be in a frame. */
  allows(page: number, kind: AccessKind): boolean {
    return (this.permissionsOf(page) & NEEDED[kind]!) !== 0;
  }

  /** True for a page that reads as zeros and has no frame. */
  isZeros(page: number): boolean {
    return PAGE_STATES[this.states[page]!]!.peek === 'zeros' && (this.rights[page]! & NEEDED[READ]!) !== 0;
  }

  /** Pages that have a frame. */
  get framed(): number {
    return this.states.reduce((sum, state) => sum + (PAGE_STATES[state]!.peek === 'frame' ? 1 : 0), 0);
  }

  /** As after power-on. */
  clear(): void {
    this.states.fill(PAGE_STATE.absent);
    this.rights.fill(RIGHTS);
    this.frames.fill(UNBACKED);
    this.pins.fill(0);
  }

  save(w: StateWriter): void {
    w.integer(this.base);
    w.integer(this.sizeBytes);
    w.bytes(this.states);
    w.bytes(this.rights);
    for (const frame of this.frames) w.u32(frame);
  }
  /** Reads pages back; the slot itself comes from the VM's specification, and must be the same. */
  load(r: StateReader): void {
    if (r.integer() !== this.base || r.integer() !== this.sizeBytes)
      throw new SnapshotFormatError('a memslot of another place or size');
    const states = r.bytes();
    const rights = r.bytes();
    if (states.length !== this.states.length || rights.length !== this.rights.length)
      throw new SnapshotFormatError('a memslot with another number of pages');
    if (states.some((state) => state >= PAGE_STATES.length))
      throw new SnapshotFormatError('a page in no known state');
    if (rights.some((bits) => (bits & ~(RIGHTS | WATCHED)) !== 0))
      throw new SnapshotFormatError('a page with rights that there are not');
    this.clear();
    this.states.set(states);
    this.rights.set(rights);
    for (let page = 0; page < this.frames.length; page++) this.frames[page] = r.u32();
  }
}

/**
 * A range of guest physical addresses that is backed by RAM, with what is known of each of its pages. It may not
 * allocate; it is the map from gfn to what is behind it.
 */

import { PAGE_SHIFT, PAGE_SIZE } from '#base/addresses';
import { LIMITS } from '#base/catalogue/limits';
import { hasFrame, PAGE_STATE, PAGE_STATES } from '#base/catalogue/page-states';
import { invariant } from '#base/result';
import { refill, SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { bytes, integer, upTo, words } from '#base/state/types';
import { type AccessKind, MAPPED, NEEDED, READ, RIGHTS, UNMAPPED, WATCHED } from './page-access.ts';

/** Nothing behind a page. */
export const UNBACKED = 0;

/** By page, what a memslot knows of it; pins are counted anew from the devices that hold pages. */
export interface MemslotState {
  readonly base: number;
  readonly sizeBytes: number;
  readonly states: Uint8Array;
  readonly rights: Uint8Array;
  readonly frames: Uint32Array;
}
const MOST_PAGES: number = LIMITS.vmMemoryBytes.most / PAGE_SIZE;
export const MEMSLOT: Declaration<MemslotState> = declare('memslot', {
  base: integer,
  sizeBytes: integer,
  states: bytes(upTo(MOST_PAGES)),
  rights: bytes(upTo(MOST_PAGES)),
  frames: words(upTo(MOST_PAGES)),
});

/** Who is told of every change of a page's state. */
export interface PageWatcher {
  changed(gfn: number, before: number, after: number): void;
}

/** One memslot; base and size are multiples of the page size. */
export class Memslot {
  readonly base: number;
  readonly sizeBytes: number;
  /** By page: position in the table of page states; written by {@link setState}. */
  readonly states: Uint8Array;
  /** By position in that table: how many pages are in the state. */
  readonly counts: Uint32Array = new Uint32Array(PAGE_STATES.length);
  /** By page: what the hypervisor allows now, and whether the next write is watched for; see page-access.ts. */
  readonly rights: Uint8Array;
  /** By page: its spfn; of a swapped one its place in the swap area, and of a compressed one where it is kept; else {@link UNBACKED}. */
  readonly frames: Uint32Array;
  /** By page: how often devices hold it; see vm-memory.ts. */
  readonly pins: Uint16Array;
  watcher: PageWatcher | undefined;

  constructor(base: number, sizeBytes: number) {
    invariant(base % PAGE_SIZE === 0 && sizeBytes % PAGE_SIZE === 0, 'memslots are whole pages');
    this.base = base;
    this.sizeBytes = sizeBytes;
    const pages = sizeBytes / PAGE_SIZE;
    this.states = new Uint8Array(pages);
    this.rights = new Uint8Array(pages).fill(RIGHTS);
    this.frames = new Uint32Array(pages);
    this.pins = new Uint16Array(pages);
    this.counts[PAGE_STATE.absent] = pages;
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

  /** A page is in another state from now on. */
  setState(page: number, state: number): void {
    const before = this.states[page]!;
    this.counts[before]! -= 1;
    this.counts[state]! += 1;
    this.states[page] = state;
    this.watcher?.changed(this.gfnOf(page), before, state);
  }

  /** What the G-stage entry of a page may allow: its state and the hypervisor both. */
  permissionsOf(page: number): number {
    return this.permissionsIn(page, this.states[page]!);
  }
  /** The same, were the page in a state. */
  permissionsIn(page: number, state: number): number {
    return MAPPED[state]! & this.rights[page]!;
  }
  /** True when an access can be made as the page is; to look at a page it must be in a frame. */
  allows(page: number, kind: AccessKind): boolean {
    return (this.permissionsOf(page) & NEEDED[kind]!) !== 0 && (this.rights[page]! & UNMAPPED) === 0;
  }

  /** The same of so many pages. */
  allowsAll(first: number, count: number, kind: AccessKind): boolean {
    for (let page = first; page < first + count; page++) if (!this.allows(page, kind)) return false;
    return true;
  }

  /** True for a page that reads as zeros and has no frame. */
  isZeros(page: number): boolean {
    return PAGE_STATES[this.states[page]!]!.peek === 'zeros' && (this.rights[page]! & NEEDED[READ]!) !== 0;
  }

  /** Pages that have a frame. */
  get framed(): number {
    return this.counts.reduce((sum, count, state) => sum + (hasFrame(state) ? count : 0), 0);
  }

  /** The entries of the pages between two addresses have gone, as far as they lie in this slot. */
  noteUnmapped(from: number, to: number): void {
    const end = Math.min(to, this.base + this.sizeBytes);
    for (let gpa = Math.max(from, this.base); gpa < end; gpa += PAGE_SIZE)
      this.rights[this.pageOf(gpa)]! |= UNMAPPED;
  }

  /** As after power-on. */
  clear(): void {
    for (const [page, state] of this.states.entries())
      if (state !== PAGE_STATE.absent) this.setState(page, PAGE_STATE.absent);
    this.rights.fill(RIGHTS);
    this.frames.fill(UNBACKED);
    this.pins.fill(0);
  }

  #count(): void {
    this.counts.fill(0);
    for (const state of this.states) this.counts[state]! += 1;
  }

  capture(): MemslotState {
    const { base, sizeBytes, states, rights, frames } = this;
    return { base, sizeBytes, states, rights, frames };
  }
  /** Takes the pages; the slot itself comes from the VM's specification, and must be the same. */
  restore({ base, sizeBytes, states, rights, frames }: MemslotState): void {
    if (base !== this.base || sizeBytes !== this.sizeBytes)
      throw new SnapshotFormatError('a memslot of another place or size');
    if (states.some((state) => state >= PAGE_STATES.length))
      throw new SnapshotFormatError('a page in no known state');
    if (rights.some((bits) => (bits & ~(RIGHTS | WATCHED | UNMAPPED)) !== 0))
      throw new SnapshotFormatError('a page with rights that there are not');
    refill(this.states, states, 'a memslot');
    this.#count();
    refill(this.rights, rights, 'a memslot');
    refill(this.frames, frames, 'a memslot');
    this.pins.fill(0);
  }
}

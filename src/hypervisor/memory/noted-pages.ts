/**
 * Which pages of a VM had A or D set, for several who want to know: the hardware has one such bit in a leaf, and whoever reads it must
 * clear it to see the next access. So a bit that is taken is noted for each of them.
 */
import { PAGE_SIZE, RAM_BASE } from '#base/addresses';
import { refill } from '#base/state/bytes';
import { LEAF_SIZE } from '#machine/page-tables/page-table-entry';
import type { AddressSpace } from './address-space.ts';

const FIRST_GFN: number = RAM_BASE / PAGE_SIZE;

/** Number of a page from the first of a VM's memory on. */
export function pageNumber(gfn: number): number {
  return gfn - FIRST_GFN;
}
export function gpaOfPage(page: number): number {
  return (FIRST_GFN + page) * PAGE_SIZE;
}

export class NotedPages {
  readonly #space: AddressSpace;
  readonly #bit: number;
  /** Who wants to know at any time, and of a leaf of many pages only of the first; a bit each. */
  readonly #always: number;
  readonly #firstOnly: number;
  /** By page: who has not been told yet. */
  readonly #untold: Uint8Array;
  #wanting: number;

  constructor(space: AddressSpace, bit: number, always: number, firstOnly = 0) {
    this.#space = space;
    this.#bit = bit;
    this.#always = always;
    this.#firstOnly = firstOnly;
    this.#wanting = always;
    const { base, sizeBytes } = space.slots.at(-1)!;
    this.#untold = new Uint8Array(pageNumber((base + sizeBytes) / PAGE_SIZE));
  }

  /** True when a page had the bit since one of them last asked. Before harts next run in the VM they fence, or they set it no more. */
  take(page: number, who: number): boolean {
    this.keep(page);
    const untold = this.#untold[page]!;
    this.#untold[page] = untold & ~who;
    return (untold & who) !== 0;
  }
  /** The same, and nobody's knowledge changes. */
  has(page: number, who: number): boolean {
    return (this.#space.flagsOf(gpaOfPage(page)) & this.#bit) !== 0 || (this.#untold[page]! & who) !== 0;
  }
  /** One of them is not told of what has been so far. */
  forget(page: number, who: number): void {
    this.#untold[page]! &= ~who;
  }

  /** Notes what a page's leaf says, before it goes; a leaf of many pages says it of all of them. */
  keep(page: number): void {
    const gpa = gpaOfPage(page);
    const level = this.#space.levelOf(gpa);
    if (!this.#space.takeBit(gpa, this.#bit)) return;
    if (level === 0) this.#untold[page]! |= this.#wanting;
    else this.#note(gpa - (gpa % LEAF_SIZE[level]!), LEAF_SIZE[level]!);
  }
  #note(gpa: number, bytes: number): void {
    const from = Math.max(0, pageNumber(gpa / PAGE_SIZE));
    const to = Math.min(this.#untold.length, pageNumber((gpa + bytes) / PAGE_SIZE));
    let wanting = this.#wanting;
    for (let page = from; page < to; page++) {
      this.#untold[page]! |= wanting;
      wanting = this.#wanting & ~this.#firstOnly;
    }
  }

  /** Somebody wants to know from now on, or does not any more. */
  want(who: number, on: boolean): void {
    this.#wanting = on ? this.#wanting | who : this.#wanting & (~who | this.#always);
    if (!on) for (const page of this.#untold.keys()) this.#untold[page]! &= this.#wanting;
  }

  /**
   * Somebody wants to know from now on of each page by itself, and is not told of what was before. A leaf of many pages would tell of all
   * of them, and is split.
   */
  begin(who: number): void {
    const { slots } = this.#space;
    for (const slot of slots)
      for (let page = 0; page < slot.frames.length; page++) this.#space.isolate(slot.gfnOf(page) * PAGE_SIZE);
    this.want(who, true);
    this.harvest(who, () => {});
  }

  /** Names the pages that had the bit since somebody was last told, ascending. */
  harvest(whom: number, each: (page: number) => void): void {
    for (const slot of this.#space.slots)
      this.#space.harvest(slot, this.#bit, (gpa, bytes) => {
        const from = Math.max(gpa, slot.base);
        this.#note(from, Math.min(gpa + bytes, slot.base + slot.sizeBytes) - from);
      });
    for (const [page, who] of this.#untold.entries()) {
      if ((who & whom) === 0) continue;
      this.#untold[page] = who & ~whom;
      each(page);
    }
  }

  /** Somebody wants to know who does not always. */
  get isWanted(): boolean {
    return (this.#wanting & ~this.#always) !== 0;
  }

  /** Nobody has to be told of anything. */
  clear(): void {
    this.#untold.fill(0);
  }

  capture(): Uint8Array {
    return this.#untold.some((who) => who !== 0) ? this.#untold : new Uint8Array(0);
  }
  restore(untold: Uint8Array): void {
    if (untold.length === 0) this.clear();
    else refill(this.#untold, untold, 'accesses');
  }
}

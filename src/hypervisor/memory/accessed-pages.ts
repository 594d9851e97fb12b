/**
 * Which pages of a VM were accessed, for several who want to know: the hardware has one A bit, and whoever reads it must clear it to
 * see the next access. So an A bit that is taken is noted for each of them.
 */
import { PAGE_SIZE, RAM_BASE } from '#base/addresses';
import { refill } from '#base/state/bytes';
import type { AddressSpace } from './address-space.ts';
import { PTE_A } from './page-table-entry.ts';

/** Who wants to know; a bit each. */
export const FOR_POLICY = 1;
export const FOR_SAMPLES = 2;
const ALWAYS: number = FOR_POLICY | FOR_SAMPLES;
/** Only while somebody does. */
export const FOR_RECORDER = 4;
export const FOR_AGES = 8;

const FIRST_GFN: number = RAM_BASE / PAGE_SIZE;

/** Number of a page from the first of a VM's memory on. */
export function pageNumber(gfn: number): number {
  return gfn - FIRST_GFN;
}
export function gpaOfPage(page: number): number {
  return (FIRST_GFN + page) * PAGE_SIZE;
}

export class AccessedPages {
  readonly #space: AddressSpace;
  /** By page: who has not been told yet of an access. */
  readonly #untold: Uint8Array;
  #wanting: number = ALWAYS;

  constructor(space: AddressSpace) {
    this.#space = space;
    const { base, sizeBytes } = space.slots.at(-1)!;
    this.#untold = new Uint8Array(pageNumber((base + sizeBytes) / PAGE_SIZE));
  }

  /** True when a page was accessed since one of them last asked. Before harts next run in the VM they fence, or they set no A again. */
  take(page: number, who: number): boolean {
    this.keep(page);
    const untold = this.#untold[page]!;
    this.#untold[page] = untold & ~who;
    return (untold & who) !== 0;
  }

  /** Notes what a page's leaf says of accesses, before it goes. */
  keep(page: number): void {
    if (this.#space.takeBit(gpaOfPage(page), PTE_A)) this.#untold[page] = this.#wanting;
  }

  /** Somebody wants to know of accesses from now on, or does not any more. */
  want(who: number, on: boolean): void {
    this.#wanting = on ? this.#wanting | who : this.#wanting & ~who;
    if (!on) for (const page of this.#untold.keys()) this.#untold[page]! &= ~who;
  }

  /** Names the pages that were accessed since somebody was last told, ascending; to the recorder, of a leaf of many pages only its first. */
  harvest(whom: number, each: (page: number) => void): void {
    for (const slot of this.#space.slots)
      this.#space.harvestAccessed(slot, (gpa, bytes) => {
        const end = Math.min(gpa + bytes, slot.base + slot.sizeBytes);
        let wanting = this.#wanting;
        for (let at = Math.max(gpa, slot.base); at < end; at += PAGE_SIZE) {
          this.#untold[pageNumber(at / PAGE_SIZE)]! |= wanting;
          wanting = this.#wanting & ~FOR_RECORDER;
        }
      });
    for (const [page, who] of this.#untold.entries()) {
      if ((who & whom) === 0) continue;
      this.#untold[page] = who & ~whom;
      each(page);
    }
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

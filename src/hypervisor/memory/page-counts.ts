/** How many pages of a VM are in which state. Counters are kept by the memslots; nothing is gone through. */
import { PAGE_STATE } from '#base/catalogue/page-states';
import type { Memslot } from './memslot.ts';

export class PageCounts {
  readonly slots: readonly Memslot[];
  /** A device of the host's reaches it by itself: every page stays where it is. */
  isPinned = false;
  /** Pages that came back from the swap area so far, and that went there. */
  swappedIn = 0;
  swappedOut = 0;
  /** Pages that the latest round of the dirty log found written; 0 while it is off. */
  dirtyPages = 0;

  constructor(slots: readonly Memslot[]) {
    this.slots = slots;
  }

  /** Pages that have a frame. */
  get dataFrames(): number {
    return (
      this.#pagesIn(PAGE_STATE.backed) + this.#pagesIn(PAGE_STATE.shared) + this.#pagesIn(PAGE_STATE.arriving)
    );
  }
  /** Pages in frames that others may use too. */
  get sharedPages(): number {
    return this.#pagesIn(PAGE_STATE.shared);
  }
  /** Pages that the guest has lent to the host. */
  get balloonedPages(): number {
    return this.#pagesIn(PAGE_STATE.ballooned);
  }
  /** Pages in the swap area. */
  get swappedPages(): number {
    return this.#pagesIn(PAGE_STATE.swapped);
  }
  /** Pages that are compressed. */
  get compressedPages(): number {
    return this.#pagesIn(PAGE_STATE.compressed);
  }
  /** Asked of every VM at samples, so it makes nothing. */
  #pagesIn(state: number): number {
    let sum = 0;
    for (let n = 0; n < this.slots.length; n++) sum += this.slots[n]!.counts[state]!;
    return sum;
  }

  /** The slot that holds an address. */
  slotOf(gpa: number, length = 1): Memslot | undefined {
    for (const slot of this.slots) if (slot.holds(gpa, length)) return slot;
    return undefined;
  }
}

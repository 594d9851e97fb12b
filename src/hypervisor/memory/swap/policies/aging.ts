/**
 * Second chance with aging, which comes near to LRU: of each page a byte is kept. At a tick it moves one place to the right, and its
 * highest bit becomes the page's accessed bit, so it tells of the last eight ticks. The page with the smallest byte goes, unless it
 * was accessed since the last tick.
 *
 *            tick -1       -2  …   -8
 *          ┌──────────┬──────────┬───┐
 *          │ accessed │ accessed │ … │
 *          └──────────┴──────────┴───┘
 */
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { bytes, type Type, upTo } from '#base/state/types';
import { defineKind } from '#machine/kind';
import { MAX_RAM_SIZE } from '#machine/layout';
import { NotedRing } from './noted-ring.ts';
import { PAGE_RING } from './page-ring.ts';
import { type AccessBits, NO_PAGE, type PolicyKind, type ReplacementPolicy } from './policy.ts';

/** What a state holds: the pages, the oldest first, and by position in that order the byte of each. */
export interface AgingState {
  readonly pages: Uint32Array;
  readonly ages: Uint8Array;
}
const AGES: Type<Uint8Array> = bytes(upTo(MAX_RAM_SIZE / 1024));
export const AGING_STATE: Declaration<AgingState> = declare('aging replacement', {
  pages: PAGE_RING,
  ages: AGES,
});

const NEWEST = 0x80;
const AGES_THERE_ARE = 256;

class Aging implements ReplacementPolicy {
  /** At a tick by age, the oldest first; what comes or gets its second chance stands at the end. Of each its byte is noted. */
  readonly #ring: NotedRing<Uint8Array> = new NotedRing(new Uint8Array(0));

  get size(): number {
    return this.#ring.size;
  }
  added(page: number): void {
    if (this.#ring.has(page)) return;
    this.#ring.add(page);
    this.#ring.note(page, 0);
  }
  removed(page: number): void {
    this.#ring.remove(page);
  }
  has(page: number): boolean {
    return this.#ring.has(page);
  }

  tick(bits: AccessBits): number {
    const pages = this.#ring.toArray();
    const ages = this.#ring.notes;
    /** By age: where the next page of that age goes, once they are counted. */
    const places = new Uint32Array(AGES_THERE_ARE + 1);
    for (const page of pages) {
      const age = (ages[page]! >> 1) | (bits.takeAccessed(page) ? NEWEST : 0);
      ages[page] = age;
      places[age + 1]! += 1;
    }
    for (let age = 0; age < AGES_THERE_ARE; age++) places[age + 1]! += places[age]!;
    const byAge = new Uint32Array(pages.length);
    for (const page of pages) byAge[places[ages[page]!]!++] = page;
    this.#ring.fill(byAge);
    return pages.length;
  }

  victim(_: number, bits: AccessBits): number {
    const ring = this.#ring;
    let last = NO_PAGE;
    for (let left = ring.size; left > 0; left--) {
      const page = ring.first;
      if (bits.canGo(page)) {
        if (!bits.takeAccessed(page)) return page;
        ring.notes[page]! |= NEWEST;
        if (last === NO_PAGE) last = page;
      }
      ring.turn();
    }
    // All were accessed since the last tick: the oldest of them.
    return last;
  }

  capture(): PartState {
    const pages = this.#ring.toArray();
    return partState(AGING_STATE, { pages, ages: this.#ring.notesOf(pages) });
  }
  restore(state: PartState): void {
    const { pages, ages } = stateIn(AGING_STATE, state);
    this.#ring.fillWith(pages, ages);
  }
}

export const AGING: PolicyKind = defineKind({
  id: 'aging',
  settings: {},
  state: AGING_STATE,
  create: () => new Aging(),
});

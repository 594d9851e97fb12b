/**
 * Clock (Corbató 1968): a hand goes round the pages. One that was accessed since the hand last passed loses its mark and is passed
 * over; the first that was not goes. What comes takes the place behind the hand.
 */
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { defineKind } from '#machine/kind';
import { PAGE_RING, PageRing } from './page-ring.ts';
import { type AccessBits, NO_PAGE, type PolicyKind, type ReplacementPolicy } from './policy.ts';

interface ClockState {
  /** From the hand on. */
  readonly pages: Uint32Array;
}
const STATE: Declaration<ClockState> = declare('clock replacement', { pages: PAGE_RING });

class Clock implements ReplacementPolicy {
  /** The hand points at the first. */
  readonly #ring = new PageRing();

  get size(): number {
    return this.#ring.size;
  }
  added(page: number): void {
    this.#ring.add(page);
  }
  removed(page: number): void {
    this.#ring.remove(page);
  }
  has(page: number): boolean {
    return this.#ring.has(page);
  }
  tick(): number {
    return 0;
  }
  victim(_: number, bits: AccessBits): number {
    const ring = this.#ring;
    // After one round no page has a mark any more.
    for (let passed = 0; passed <= 2 * ring.size; passed++) {
      const page = ring.first;
      if (page === NO_PAGE) break;
      if (bits.canGo(page) && !bits.takeAccessed(page)) return page;
      ring.turn();
    }
    return NO_PAGE;
  }

  capture(): PartState {
    return partState(STATE, { pages: this.#ring.toArray() });
  }
  restore(state: PartState): void {
    this.#ring.fill(stateIn(STATE, state).pages);
  }
}

export const CLOCK: PolicyKind = defineKind({
  id: 'clock',
  settings: {},
  state: STATE,
  create: () => new Clock(),
});

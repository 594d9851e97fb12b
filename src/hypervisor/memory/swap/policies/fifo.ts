/** First in, first out: the page that has been in RAM longest goes, however often it is used. */
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { defineKind } from '#machine/kind';
import { PAGE_RING, PageRing } from './page-ring.ts';
import { type AccessBits, NO_PAGE, type PolicyKind, type ReplacementPolicy } from './policy.ts';

interface FifoState {
  readonly pages: Uint32Array;
}
const STATE: Declaration<FifoState> = declare('fifo replacement', { pages: PAGE_RING });

class Fifo implements ReplacementPolicy {
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
    for (let passed = 0, page = ring.first; passed < ring.size; passed++, page = ring.after(page))
      if (bits.canGo(page)) return page;
    return NO_PAGE;
  }

  capture(): PartState {
    return partState(STATE, { pages: this.#ring.toArray() });
  }
  restore(state: PartState): void {
    this.#ring.fill(stateIn(STATE, state).pages);
  }
}

export const FIFO: PolicyKind = defineKind({
  id: 'fifo',
  settings: {},
  state: STATE,
  create: () => new Fifo(),
});

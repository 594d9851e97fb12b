/** Any page, by the generator of the lab: what a policy that looks at nothing comes to. */
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { defineKind } from '#machine/kind';
import { RANDOM_STATE, RandomGenerator } from '#machine/random-generator';
import { PAGE_RING, PageRing } from './page-ring.ts';
import { type AccessBits, NO_PAGE, type PolicyKind, type ReplacementPolicy } from './policy.ts';

interface RandomState {
  readonly pages: Uint32Array;
  readonly random: Uint32Array;
}
const STATE: Declaration<RandomState> = declare('random replacement', {
  pages: PAGE_RING,
  random: RANDOM_STATE,
});

class Random implements ReplacementPolicy {
  readonly #pages: number[] = [];
  /** By page: its position among them. */
  readonly #positions = new Map<number, number>();
  readonly #random: RandomGenerator;

  constructor(seed: number) {
    this.#random = new RandomGenerator(seed);
  }

  get size(): number {
    return this.#pages.length;
  }
  added(page: number): void {
    if (this.has(page)) return;
    this.#positions.set(page, this.#pages.length);
    this.#pages.push(page);
  }
  /** The last page takes its position. */
  removed(page: number): void {
    const position = this.#positions.get(page);
    if (position === undefined) return;
    const last = this.#pages.pop()!;
    this.#positions.delete(page);
    if (last === page) return;
    this.#pages[position] = last;
    this.#positions.set(last, position);
  }
  has(page: number): boolean {
    return this.#positions.has(page);
  }
  tick(): number {
    return 0;
  }
  victim(_: number, bits: AccessBits): number {
    const { length } = this.#pages;
    if (length === 0) return NO_PAGE;
    const start = this.#random.next() % length;
    for (let passed = 0; passed < length; passed++) {
      const page = this.#pages[(start + passed) % length]!;
      if (bits.canGo(page)) return page;
    }
    return NO_PAGE;
  }

  capture(): PartState {
    return partState(STATE, { pages: Uint32Array.from(this.#pages), random: this.#random.capture() });
  }
  restore(state: PartState): void {
    const { pages, random } = stateIn(STATE, state);
    // Refuses pages that there are twice.
    new PageRing().fill(pages);
    this.#pages.length = 0;
    this.#positions.clear();
    for (const page of pages) this.added(page);
    this.#random.restore(random);
  }
}

export const RANDOM: PolicyKind = defineKind({
  id: 'random',
  settings: {},
  state: STATE,
  create: (_, { seed }) => new Random(seed),
});

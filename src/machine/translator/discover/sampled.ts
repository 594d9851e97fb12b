/**
 * Where samples fell in a region. In much code, only what time is spent on may be written more than once: to compile the rest would take
 * longer than it saves. Little code is not looked at that closely, since what it will do later is not known.
 */
import type { Step } from './region.ts';

/** One of so many samples, at least, must have fallen on what is worth copies. */
const WORTH_COPIES = 16;
/** Instructions of a region that is not looked at closely. */
const LITTLE = 256;

export class Sampled {
  readonly #counts: ReadonlyMap<number, number>;
  readonly #total: number;
  readonly #isLittle: boolean;

  /**
   * @param counts samples by the offset of an instruction
   * @param instructions of the region
   */
  constructor(counts: ReadonlyMap<number, number>, instructions: number) {
    this.#counts = counts;
    this.#isLittle = instructions <= LITTLE;
    this.#total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** True when samples fell on any of the steps. */
  isAmong(steps: readonly Step[]): boolean {
    return steps.some(({ offset }) => this.#counts.has(offset));
  }
  /** Samples that fell on the steps. */
  weightOf(steps: readonly Step[]): number {
    return steps.reduce((sum, { offset }) => sum + (this.#counts.get(offset) ?? 0), 0);
  }
  /** True when something is worth copies that so many samples fell on. */
  isHot(weight: number): boolean {
    return this.#isLittle || weight * WORTH_COPIES >= this.#total;
  }
  /** Samples in the base page, by offset. */
  get inBase(): Map<number, number> {
    return new Map([...this.#counts].filter(([offset]) => offset >= 0 && offset < 4096));
  }
}

/**
 * Where samples fell in a region, which decides what may be written more than once (unrolled, inlined). In a long region only the parts that
 * time is spent on may, since compiling copies of the rest takes longer than they save. In a short region everything may: few samples say
 * little about what it will do later, and copies are cheap.
 */
import type { Step } from './region.ts';

/** Code of a long region is written more than once when at least one of so many of its samples fell on it. */
const COPIED_SHARE = 16;
/** Instructions of a short region. */
const SHORT = 256;

export class Sampled {
  readonly #counts: ReadonlyMap<number, number>;
  readonly #total: number;
  readonly #isShort: boolean;

  /**
   * @param counts samples by the offset of an instruction
   * @param instructions of the region
   */
  constructor(counts: ReadonlyMap<number, number>, instructions: number) {
    this.#counts = counts;
    this.#isShort = instructions <= SHORT;
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
  /** True when code that so many samples fell on may be written more than once. */
  isHot(weight: number): boolean {
    return this.#isShort || weight * COPIED_SHARE >= this.#total;
  }
  /** Samples that fell on the instruction at an offset. */
  of(offset: number): number {
    return this.#counts.get(offset) ?? 0;
  }
  /** Samples in the base page, by offset. */
  get inBase(): Map<number, number> {
    return new Map([...this.#counts].filter(([offset]) => offset >= 0 && offset < 4096));
  }
}

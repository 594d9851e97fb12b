/** How long requests took: counts by duration, 8 classes to a doubling, from a microsecond on. Percentiles are exact to a class. */
import { type Declaration, declare } from '#base/state/declare';
import { integer, type Type, upTo, words } from '#base/state/types';
import { NS_PER_MS, type VirtualNs } from '#base/virtual-time';

const LEAST_NS = 1024;
const CLASSES_PER_DOUBLING = 8;
const DOUBLINGS = 28;
const CLASSES: number = CLASSES_PER_DOUBLING * DOUBLINGS;

/** What a snapshot holds: the counts up to the last that is not 0. */
export const LATENCIES: Type<Uint32Array> = words(upTo(CLASSES));

export class Latencies {
  readonly #counts = new Uint32Array(CLASSES);
  #total = 0;

  get total(): number {
    return this.#total;
  }

  add(ns: VirtualNs): void {
    this.#counts[classOf(ns)]! += 1;
    this.#total += 1;
  }
  clear(): void {
    this.#counts.fill(0);
    this.#total = 0;
  }

  /** So many of a hundred took no longer; 0 while there is none. */
  percentile(percent: number): VirtualNs {
    return percentileOf([this], percent);
  }
  countIn(at: number): number {
    return this.#counts[at]!;
  }

  /** Counts by doubling, from the first to the last that has any: `below` is where the class ends. */
  histogram(): { readonly below: VirtualNs; readonly count: number }[] {
    const found: { below: VirtualNs; count: number }[] = [];
    for (let doubling = 0; doubling < DOUBLINGS; doubling++) {
      let count = 0;
      for (let at = 0; at < CLASSES_PER_DOUBLING; at++)
        count += this.#counts[doubling * CLASSES_PER_DOUBLING + at]!;
      found.push({ below: LEAST_NS * 2 ** (doubling + 1), count });
    }
    const first = found.findIndex(({ count }) => count > 0);
    const last = found.findLastIndex(({ count }) => count > 0);
    return first < 0 ? [] : found.slice(first, last + 1);
  }

  capture(): Uint32Array {
    return shortened(this.#counts);
  }
  restore(counts: Uint32Array): void {
    this.clear();
    this.#counts.set(counts);
    this.#total = counts.reduce((sum, count) => sum + count, 0);
  }
}

/** The same of several together. */
export function percentileOf(all: readonly Latencies[], percent: number): VirtualNs {
  let total = 0;
  for (const each of all) total += each.total;
  let rest = Math.ceil((total * percent) / 100);
  for (let at = 0; at < CLASSES && rest > 0; at++) {
    rest -= countIn(all, at);
    if (rest <= 0) return endOf(at);
  }
  return 0;
}

function countIn(all: readonly Latencies[], at: number): number {
  let sum = 0;
  for (const each of all) sum += each.countIn(at);
  return sum;
}

/** All counts of several together, as a snapshot holds them. */
export function countsOf(all: readonly Latencies[]): Uint32Array {
  return shortened(Uint32Array.from({ length: CLASSES }, (_, at) => countIn(all, at)));
}
/** What has come between; all of it where they were counted anew. */
export function differenceOf(after: Uint32Array, before: Uint32Array): Uint32Array {
  const isAnew = before.some((count, at) => count > (after[at] ?? 0));
  return shortened(isAnew ? after : after.map((count, at) => count - (before[at] ?? 0)));
}
/** Up to the last count that is not 0. */
function shortened(counts: Uint32Array): Uint32Array {
  return counts.subarray(0, counts.findLastIndex((count) => count > 0) + 1);
}

/** From one span to the next: what is told is of the span that runs and the one before it. */
const SPAN_NS: VirtualNs = 500 * NS_PER_MS;

export interface RecentState {
  readonly span: number;
  readonly current: Uint32Array;
  readonly before: Uint32Array;
}
export const RECENT: Declaration<RecentState> = declare('recent latencies', {
  ...{ span: integer, current: LATENCIES, before: LATENCIES },
});
export const NO_RECENT: RecentState = { span: 0, current: new Uint32Array(), before: new Uint32Array() };

/** Of the last half second to second. */
export class RecentLatencies {
  /** Which span runs. */
  #span = 0;
  #current = new Latencies();
  #before = new Latencies();

  add(ns: VirtualNs, now: VirtualNs): void {
    const span = Math.floor(now / SPAN_NS);
    if (span !== this.#span) {
      [this.#before, this.#current] = [this.#current, this.#before];
      this.#current.clear();
      if (span !== this.#span + 1) this.#before.clear();
      this.#span = span;
    }
    this.#current.add(ns);
  }

  /** Those that are recent at an instant; nothing changes. */
  at(now: VirtualNs): readonly Latencies[] {
    const ago = Math.floor(now / SPAN_NS) - this.#span;
    if (ago === 0) return [this.#before, this.#current];
    return ago === 1 ? [this.#current] : [];
  }

  capture(): RecentState {
    return { span: this.#span, current: this.#current.capture(), before: this.#before.capture() };
  }
  restore({ span, current, before }: RecentState): void {
    this.#span = span;
    this.#current.restore(current);
    this.#before.restore(before);
  }
}

/** Classes divide each doubling evenly. */
function classOf(ns: VirtualNs): number {
  if (ns < LEAST_NS) return 0;
  const units = Math.min(Math.floor(ns / LEAST_NS), 2 ** (DOUBLINGS - 1));
  const doubling = 31 - Math.clz32(units);
  const start = LEAST_NS * 2 ** doubling;
  const part = Math.floor(((ns - start) * CLASSES_PER_DOUBLING) / start);
  return Math.min(CLASSES - 1, doubling * CLASSES_PER_DOUBLING + Math.min(part, CLASSES_PER_DOUBLING - 1));
}
function endOf(at: number): VirtualNs {
  const start = LEAST_NS * 2 ** Math.floor(at / CLASSES_PER_DOUBLING);
  return start + (start * ((at % CLASSES_PER_DOUBLING) + 1)) / CLASSES_PER_DOUBLING;
}

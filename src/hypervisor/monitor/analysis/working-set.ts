/**
 * The working set of a VM (Denning): how many of its pages were accessed lately, for growing spans. Where it ceases to grow is what the VM
 * works with; the rest of its memory lies there.
 */

/** So many rounds back, and so many pages accessed since. */
export interface SeenWithin {
  readonly rounds: number;
  readonly pages: number;
}

/** Spans of the working set, in rounds. */
export const SPANS: readonly number[] = [1, 4, 16, 60];
/** A span that is twice as long and more, with so much more pages at most, is of the same set. */
const GROWTH = 1.1;

/**
 * Pages that were accessed within each span.
 * @param last by page: the round in which it was last accessed; 0: never
 */
export function seenWithin(last: ArrayLike<number>, round: number): readonly SeenWithin[] {
  const counts = SPANS.map(() => 0);
  for (let page = 0; page < last.length; page++) {
    const at = last[page]!;
    if (at === 0) continue;
    for (const [index, rounds] of SPANS.entries()) if (round - at < rounds) counts[index]! += 1;
  }
  return SPANS.map((rounds, index) => ({ rounds, pages: counts[index]! }));
}

/** The shortest span of those that were watched whole, after which hardly a page came; the longest where it still grows. */
export function settledIn(spans: readonly SeenWithin[], watched: number): SeenWithin | undefined {
  const known = spans.filter(({ rounds }) => rounds <= watched);
  return (
    known.find(({ pages }, n) => pages > 0 && (known[n + 1]?.pages ?? Infinity) <= pages * GROWTH) ??
    known.at(-1)
  );
}

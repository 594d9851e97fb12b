/**
 * Where indirect jumps lead (calls through pointers, returns, tables), learnt from visits to translated code that ended with one because
 * its target was not known there. Pages are decoded pages; distances are from the jump to its target, in bytes.
 */

/** Targets of a jump that are compared with one by one. */
const MOST_TARGETS = 4;
/** A target is remembered when at least one of so many arrivals from the page of the jump went from the jump to it. */
const FREQUENT = 24;
/** Pages that are looked at, at a time. */
const MOST_PAGES = 1024;

interface PageJumps {
  arrivals: number;
  /** Arrivals at which something is made of them. */
  next: number;
  /** By the jump's place in the page and by distance. */
  readonly counts: Map<number, Map<number, number>>;
}

export class JumpTargets {
  readonly #hot: number;
  readonly #pages: Map<number, PageJumps> = new Map();
  readonly #known: Map<number, readonly number[]> = new Map();

  /** @param hot arrivals from one page before anything is made of them */
  constructor(hot: number) {
    this.#hot = hot;
  }

  /** A visit ended with a jump at an offset of a page; true when enough of them came from there to use what is known. */
  note(page: number, offset: number, distance: number): boolean {
    if (this.#pages.size >= MOST_PAGES) this.#pages.clear();
    let jumps = this.#pages.get(page);
    if (jumps === undefined) {
      jumps = { arrivals: 0, next: this.#hot, counts: new Map() };
      this.#pages.set(page, jumps);
    }
    let counts = jumps.counts.get(offset);
    if (counts === undefined) {
      counts = new Map();
      jumps.counts.set(offset, counts);
    }
    counts.set(distance, (counts.get(distance) ?? 0) + 1);
    jumps.arrivals++;
    return jumps.arrivals >= jumps.next;
  }

  /** Arrivals from a page since it was learnt from. */
  arrivals(page: number): number {
    return this.#pages.get(page)?.arrivals ?? 0;
  }

  /** Takes over what was noted of a page; the result is the offsets of jumps of which more is known than before. */
  learn(page: number): number[] {
    const jumps = this.#pages.get(page);
    if (jumps === undefined) return [];
    const learnt: number[] = [];
    for (const [offset, counts] of jumps.counts) {
      const known = this.of(page, offset);
      const frequent = [...counts]
        .filter(([distance, count]) => count * FREQUENT >= jumps.arrivals && !known.includes(distance))
        .sort((a, b) => b[1] - a[1])
        .map(([distance]) => distance);
      const all = [...known, ...frequent].slice(0, MOST_TARGETS);
      if (all.length === known.length) continue;
      this.#known.set(placeOf(page, offset), all);
      learnt.push(offset);
    }
    jumps.counts.clear();
    jumps.next = 2 * jumps.arrivals;
    jumps.arrivals = 0;
    return learnt;
  }

  /** Distances from the jump at an offset of a page to where it is known to lead, the most frequent first. */
  of(page: number, offset: number): readonly number[] {
    return this.#known.get(placeOf(page, offset)) ?? [];
  }

  /** All pages are gone. */
  clear(): void {
    this.#pages.clear();
    this.#known.clear();
  }
}

/** Both as one number: pages lie further apart than a page has bytes. */
function placeOf(page: number, offset: number): number {
  return page + offset;
}

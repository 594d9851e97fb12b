/**
 * Where indirect jumps lead (calls through pointers, tables), learnt from visits to translated code that ended with one because its target
 * was not known there. Pages are decoded pages; distances are from the jump to its target, in bytes.
 */

/** Targets of a jump that are compared with one by one. */
const MOST_TARGETS = 4;
/** A target is remembered when at least one of so many arrivals from the page of the jump went from the jump to it. */
const FREQUENT = 24;
/** Pages that are looked at, at a time. */
const MOST_PAGES = 1024;

/** By the jump's place in its page. */
type Distances = Map<number, readonly number[]>;

export class JumpTargets {
  /** How often, by page, jump and distance. */
  readonly #counts: Map<number, Map<number, Map<number, number>>> = new Map();
  readonly #known: Map<number, Distances> = new Map();

  /** A visit ended with a jump at an offset of a page. */
  note(page: number, offset: number, distance: number): void {
    let jumps = this.#counts.get(page);
    if (jumps === undefined) {
      if (this.#counts.size >= MOST_PAGES) this.#counts.clear();
      jumps = new Map();
      this.#counts.set(page, jumps);
    }
    let counts = jumps.get(offset);
    if (counts === undefined) {
      counts = new Map();
      jumps.set(offset, counts);
    }
    counts.set(distance, (counts.get(distance) ?? 0) + 1);
  }

  /** Takes over what was noted of a page. */
  learn(page: number): void {
    const jumps = this.#counts.get(page);
    if (jumps === undefined) return;
    this.#counts.delete(page);
    let arrivals = 0;
    for (const counts of jumps.values()) for (const count of counts.values()) arrivals += count;
    const distances: Distances = this.#known.get(page) ?? new Map();
    for (const [offset, counts] of jumps) {
      const known = distances.get(offset) ?? [];
      const frequent = [...counts]
        .filter(([distance, count]) => count * FREQUENT >= arrivals && !known.includes(distance))
        .sort((a, b) => b[1] - a[1])
        .map(([distance]) => distance);
      distances.set(offset, [...known, ...frequent].slice(0, MOST_TARGETS));
    }
    this.#known.set(page, distances);
  }

  /** Distances from the jump at an offset of a page to where it is known to lead, the most frequent first. */
  of(page: number, offset: number): readonly number[] {
    return this.#known.get(page)?.get(offset) ?? [];
  }

  /** All that is known of jumps in a page. */
  in(page: number): ReadonlyMap<number, readonly number[]> {
    return this.#known.get(page) ?? NONE;
  }

  drop(page: number): void {
    this.#counts.delete(page);
    this.#known.delete(page);
  }
  clear(): void {
    this.#counts.clear();
    this.#known.clear();
  }
}

const NONE: ReadonlyMap<number, readonly number[]> = new Map();

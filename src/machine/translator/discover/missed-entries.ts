/**
 * Where the interpreter comes into code that is translated, and executes it because no entry is there: where a trap or a change of the
 * status register leads back to, what another region calls, amid a run of stores that a computed jump goes into.
 */

/** A place becomes an entry when at least one of so many arrivals in its page was there. */
const FREQUENT = 24;
/** Entries of a page that are made for it: the ways in and out of a function that has many cost all others something. */
const MOST_ENTRIES = 48;
/** Pages that are looked at, at a time. */
const MOST_PAGES = 1024;

export class MissedEntries {
  readonly #counts: Map<number, Map<number, number>> = new Map();
  readonly #known: Map<number, Set<number>> = new Map();

  note(page: number, offset: number): void {
    let counts = this.#counts.get(page);
    if (counts === undefined) {
      if (this.#counts.size >= MOST_PAGES) this.#counts.clear();
      counts = new Map();
      this.#counts.set(page, counts);
    }
    counts.set(offset, (counts.get(offset) ?? 0) + 1);
  }

  /** Takes over what was noted of a page. */
  learn(page: number): void {
    const counts = this.#counts.get(page);
    if (counts === undefined) return;
    this.#counts.delete(page);
    const arrivals = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const known = this.#known.get(page) ?? new Set();
    for (const [offset, count] of [...counts].sort((a, b) => b[1] - a[1]))
      if (count * FREQUENT >= arrivals && known.size < MOST_ENTRIES) known.add(offset);
    this.#known.set(page, known);
  }

  /** Offsets in a page that should be entries. */
  in(page: number): ReadonlySet<number> {
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

const NONE: ReadonlySet<number> = new Set();

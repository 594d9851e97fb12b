/**
 * Mappings by how long they have not been used. Those that live equally long run out in the order in which they were used last, so a
 * line for each lifetime is enough: whoever has to go stands first in one of them, however many there are.
 */
import type { VirtualNs } from '#base/virtual-time';

/** A place in a line. */
interface Place<T> {
  readonly value: T;
  before: Place<T> | undefined;
  after: Place<T> | undefined;
}

/** What was put in stands behind what was there; anybody leaves without being looked for. */
class Line<T> {
  first: Place<T> | undefined;
  #last: Place<T> | undefined;

  append(value: T): Place<T> {
    const place: Place<T> = { value, before: this.#last, after: undefined };
    if (this.#last === undefined) this.first = place;
    else this.#last.after = place;
    this.#last = place;
    return place;
  }
  remove({ before, after }: Place<T>): void {
    if (before === undefined) this.first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
  }
}

/** What is needed to know here of what runs out. */
export interface Aging {
  readonly lifetimeNs: VirtualNs;
  readonly until: VirtualNs;
  /** Who was used later has more. */
  readonly turn: number;
}

/** Lines by lifetime. Something is put in when it has been used, and taken out before it is put in again. */
export class ByAge<T extends Aging> {
  readonly #lines = new Map<VirtualNs, Line<T>>();
  readonly #places = new Map<T, Place<T>>();

  get size(): number {
    return this.#places.size;
  }

  add(value: T): void {
    let line = this.#lines.get(value.lifetimeNs);
    if (line === undefined) {
      line = new Line();
      this.#lines.set(value.lifetimeNs, line);
    }
    this.#places.set(value, line.append(value));
  }
  remove(value: T): void {
    const place = this.#places.get(value);
    if (place === undefined) return;
    this.#places.delete(value);
    this.#lines.get(value.lifetimeNs)?.remove(place);
  }

  /** Who goes first: of those that have run out the one longest unused, else that of all. */
  leaves(now: VirtualNs): T | undefined {
    let found: T | undefined;
    for (const { first } of this.#lines.values()) {
      if (first === undefined) continue;
      const { value } = first;
      if (found === undefined || isBefore(value, found, now)) found = value;
    }
    return found;
  }
}

function isBefore(a: Aging, b: Aging, now: VirtualNs): boolean {
  const isOver = a.until <= now;
  return isOver === b.until <= now ? a.turn < b.turn : isOver;
}

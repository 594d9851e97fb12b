/** Pages in an order, of which any can be taken out at once: a ring of links between page numbers. */
import { SnapshotFormatError } from '#base/state/bytes';
import { type Type, upTo, words } from '#base/state/types';
import { MAX_RAM_SIZE } from '#machine/layout';
import { NO_PAGE } from './policy.ts';

/** A state holds the pages from the first to the last; a VM may have more of them than the host has frames. */
export const PAGE_RING: Type<Uint32Array> = words(upTo(MAX_RAM_SIZE / 1024));

/** Page numbers are below this. */
const LIMIT = 2 ** 24;

export class PageRing {
  /** By page, the page after and before it; {@link NO_PAGE}: it is not in the ring. */
  #next: Int32Array = new Int32Array(0);
  #previous: Int32Array = new Int32Array(0);
  #first = NO_PAGE;
  #size = 0;

  get size(): number {
    return this.#size;
  }
  /** The first page, or {@link NO_PAGE}. */
  get first(): number {
    return this.#first;
  }
  has(page: number): boolean {
    return page < this.#next.length && this.#next[page] !== NO_PAGE;
  }
  /** The page after one that is in the ring; after the last comes the first. */
  after(page: number): number {
    return this.#next[page]!;
  }

  /** Behind the last page. One that is there already stays where it is. */
  add(page: number): void {
    if (this.has(page)) return;
    this.#makeRoom(page);
    if (this.#first === NO_PAGE) {
      this.#first = page;
      this.#next[page] = page;
      this.#previous[page] = page;
    } else {
      const last = this.#previous[this.#first]!;
      this.#next[last] = page;
      this.#previous[page] = last;
      this.#next[page] = this.#first;
      this.#previous[this.#first] = page;
    }
    this.#size += 1;
  }

  remove(page: number): void {
    if (!this.has(page)) return;
    const next = this.#next[page]!;
    const previous = this.#previous[page]!;
    this.#next[previous] = next;
    this.#previous[next] = previous;
    if (this.#first === page) this.#first = next === page ? NO_PAGE : next;
    this.#next[page] = NO_PAGE;
    this.#previous[page] = NO_PAGE;
    this.#size -= 1;
  }

  /** The first page becomes the last. */
  turn(): void {
    if (this.#first !== NO_PAGE) this.#first = this.#next[this.#first]!;
  }

  /** From the first to the last. */
  toArray(): Uint32Array {
    const pages = new Uint32Array(this.#size);
    for (let at = 0, page = this.#first; at < pages.length; at++, page = this.#next[page]!) pages[at] = page;
    return pages;
  }
  /** Becomes these, in this order. */
  fill(pages: Uint32Array): void {
    this.#next.fill(NO_PAGE);
    this.#previous.fill(NO_PAGE);
    this.#first = NO_PAGE;
    this.#size = 0;
    for (const page of pages) {
      if (page >= LIMIT || this.has(page))
        throw new SnapshotFormatError('a page twice, or none that there is');
      this.add(page);
    }
  }

  #makeRoom(page: number): void {
    this.#next = longEnough(this.#next, page, NO_PAGE);
    this.#previous = longEnough(this.#previous, page, NO_PAGE);
  }
}

/** An array by page with room for a page: the same one, or a longer one whose rest is filled. */
export function longEnough<T extends Int32Array | Float64Array | Uint8Array>(
  array: T,
  page: number,
  rest = 0,
): T {
  const { length } = array;
  if (page < length) return array;
  const longer = new (array.constructor as new (length: number) => T)(Math.max(page + 1, 2 * length, 64));
  longer.fill(rest, length);
  longer.set(array);
  return longer;
}

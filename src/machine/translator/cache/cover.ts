/**
 * Which halfwords of guest code the translations were made from, so that they go when one of these is written to. A translation covers
 * these halfwords. Each decoded page has a bit for each of its halfwords, set when any translation, or one that is about to be made, covers it:
 * the engine looks there at each store to code. Several translations may cover one halfword.
 */
import { addressOfField } from '../../layout.ts';
import { pageOf, type Region } from '../discover/region.ts';

/** Of a decoded page: its entries, then its header; see engine/fetch.ts. */
const ENTRIES_SIZE = 2048 * 8;
const COVERED = ENTRIES_SIZE + 28;
const COVER = ENTRIES_SIZE + 64;
/** Words that hold a bit for each halfword of a page. */
const COVER_WORDS = 2048 / 32;
const POOL = addressOfField('DECODED_POOL');
const POOL_END = addressOfField('DECODED_POOL_END');

/** Halfwords by decoded page, as bits. */
export type Cover = ReadonlyMap<number, Uint32Array>;

/** Something that is made from guest code, and is wrong when that changes. */
export interface Covering {
  readonly cover: Cover;
}

/** The halfwords of a region. */
export function coverOf({ blocks }: Region, pages: ReadonlyMap<number, number>): Cover {
  const cover = new Map<number, Uint32Array>();
  for (const { steps } of blocks) {
    for (const { offset, decoded } of steps) {
      const page = pages.get(pageOf(offset)) as number;
      let bits = cover.get(page);
      if (bits === undefined) {
        bits = new Uint32Array(COVER_WORDS);
        cover.set(page, bits);
      }
      const first = (offset & 4094) >>> 1;
      for (let halfword = first; halfword < first + decoded.length / 2; halfword++) setBit(bits, halfword);
    }
  }
  return cover;
}

function setBit(bits: Uint32Array, halfword: number): void {
  const at = halfword >>> 5;
  if (at < COVER_WORDS) bits[at] = (bits[at] as number) | (1 << (halfword & 31));
}

/** True when a halfword of a page is among them. */
export function covers({ cover }: Covering, page: number, halfword: number): boolean {
  const bits = cover.get(page);
  return bits !== undefined && (((bits[halfword >>> 5] as number) >>> (halfword & 31)) & 1) !== 0;
}

/** True for the address of a decoded page. */
export function isDecodedPage(page: number): boolean {
  return page >= POOL && page < POOL_END;
}

/** True for all addresses of decoded pages. */
export function isWholePool(from: number, to: number): boolean {
  return from === POOL && to === POOL_END;
}

export class CoverMap<T extends Covering> {
  readonly #words: Uint32Array;
  readonly #byPage: Map<number, Set<T>> = new Map();

  constructor(words: Uint32Array) {
    this.#words = words;
  }

  has(page: number, halfword: number): boolean {
    const word = this.#words[(page + COVER + (halfword >>> 5) * 4) >>> 2] as number;
    return ((word >>> (halfword & 31)) & 1) !== 0;
  }

  hasPage(page: number): boolean {
    return this.#byPage.has(page);
  }

  /** What covers any of the halfwords from one to another. */
  of(page: number, first: number, last: number): T[] {
    const found: T[] = [];
    for (const each of this.#byPage.get(page) ?? []) {
      for (let halfword = first; halfword <= last; halfword++) {
        if (!covers(each, page, halfword)) continue;
        found.push(each);
        break;
      }
    }
    return found;
  }

  add(covering: T): void {
    for (const [page, bits] of covering.cover) {
      let list = this.#byPage.get(page);
      if (list === undefined) {
        list = new Set();
        this.#byPage.set(page, list);
      }
      list.add(covering);
      this.#or(page, bits);
    }
  }

  /** Takes some away; the bits are those of what is left then. */
  remove(all: readonly T[]): void {
    const touched = new Set<number>();
    for (const covering of all) {
      for (const page of covering.cover.keys()) {
        this.#byPage.get(page)?.delete(covering);
        touched.add(page);
      }
    }
    for (const page of touched) {
      const first = (page + COVER) >>> 2;
      this.#words.fill(0, first, first + COVER_WORDS);
      const left = this.#byPage.get(page);
      this.#words[(page + COVERED) >>> 2] = 0;
      if (left === undefined || left.size === 0) this.#byPage.delete(page);
      else for (const { cover } of left) this.#or(page, cover.get(page) as Uint32Array);
    }
  }

  #or(page: number, bits: Uint32Array): void {
    const words = this.#words;
    const first = (page + COVER) >>> 2;
    for (let i = 0; i < COVER_WORDS; i++)
      words[first + i] = (words[first + i] as number) | (bits[i] as number);
    words[(page + COVERED) >>> 2] = 1;
  }

  /** All decoded pages are gone. */
  clear(): void {
    this.#byPage.clear();
  }
}

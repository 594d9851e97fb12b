/**
 * Whole numbers as a text of few characters: Exp-Golomb codes, one after the other, as base64url. Small numbers are short and no
 * number is impossible, which suits times between keys: most are alike, and a pause is a thousand times as long.
 *
 *     order k, 5 bits │ number n: as many 0 as ⌊n / 2^k⌋ + 1 has bits but one, ⌊n / 2^k⌋ + 1 itself, n mod 2^k in k bits │ …
 *
 * The writer takes the order with which its numbers become shortest. A text comes from anywhere: one that holds anything else than the
 * numbers that are read from it, and zeros up to a byte, is none of ours.
 */
import { fromBase64Url, toBase64Url } from './base64url.ts';

const ORDER_BITS = 5;
const MOST_ORDER = 31;
/** Numbers stay exact: below 2^53. */
const MOST_BITS = 52;

/** Places of a number above 0 without its first. */
function placesBelowFirst(number: number): number {
  const high = Math.floor(number / 2 ** 32);
  return high > 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(number);
}

function bitsOf(numbers: readonly number[], order: number): number {
  return numbers.reduce(
    (sum, number) => sum + 2 * placesBelowFirst(Math.floor(number / 2 ** order) + 1) + 1 + order,
    0,
  );
}

function bestOrder(numbers: readonly number[]): number {
  let best = 0;
  let fewest = Number.POSITIVE_INFINITY;
  for (let order = 0; order <= MOST_ORDER; order++) {
    const bits = bitsOf(numbers, order);
    if (bits < fewest) [best, fewest] = [order, bits];
  }
  return best;
}

class BitWriter {
  readonly #bytes: number[] = [];
  #length = 0;

  put(value: number, width: number): void {
    for (let place = width - 1; place >= 0; place--) {
      if (this.#length % 8 === 0) this.#bytes.push(0);
      const bit = Math.floor(value / 2 ** place) % 2;
      this.#bytes[this.#bytes.length - 1]! |= bit << (7 - (this.#length % 8));
      this.#length++;
    }
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

/** The text of whole numbers from 0 to below 2^52. */
export function packNumbers(numbers: readonly number[]): string {
  const order = bestOrder(numbers);
  const writer = new BitWriter();
  writer.put(order, ORDER_BITS);
  for (const number of numbers) {
    const high = Math.floor(number / 2 ** order) + 1;
    const places = placesBelowFirst(high);
    writer.put(0, places);
    writer.put(high, places + 1);
    writer.put(number, order);
  }
  return toBase64Url(writer.bytes);
}

/** Reads the numbers of a text one by one; it does not say how many there are. */
export class PackedNumbers {
  readonly #bytes: Uint8Array;
  readonly #order: number;
  #at = 0;
  #isDamaged: boolean;

  constructor(text: string) {
    const bytes = fromBase64Url(text);
    this.#isDamaged = bytes === undefined;
    this.#bytes = bytes ?? new Uint8Array();
    this.#order = this.#take(ORDER_BITS);
  }

  /** The next number; 0 for ever once the text has turned out to be none of ours. */
  next(): number {
    let places = 0;
    while (!this.#isDamaged && this.#take(1) === 0) {
      places++;
      if (places + this.#order > MOST_BITS) this.#isDamaged = true;
    }
    const high = 2 ** places + this.#take(places) - 1;
    const number = high * 2 ** this.#order + this.#take(this.#order);
    return this.#isDamaged ? 0 : number;
  }

  /** True if the text held what was read, and nothing more. */
  isWhole(): boolean {
    const rest = this.#bytes.length * 8 - this.#at;
    return !this.#isDamaged && rest < 8 && this.#take(rest) === 0;
  }

  #take(width: number): number {
    if (this.#at + width > this.#bytes.length * 8) this.#isDamaged = true;
    if (this.#isDamaged) return 0;
    let value = 0;
    for (let place = 0; place < width; place++) {
      value = value * 2 + ((this.#bytes[this.#at >> 3]! >> (7 - (this.#at & 7))) & 1);
      this.#at++;
    }
    return value;
  }
}

/** A picture as it was when it was looked at last: what is different now has changed, whatever anybody says. */
import { Damage } from './damage.ts';

export class SeenPixels {
  readonly damage: Damage;
  /** Four bytes in each, as the guest has them. */
  readonly words: Uint32Array;
  readonly #width: number;

  /** @param generation that of the picture before it */
  constructor(width: number, height: number, generation: number) {
    this.damage = new Damage(width, height, generation);
    this.words = new Uint32Array(width * height);
    this.#width = width;
  }

  /** Takes pixels that follow each other, over several rows or a part of one: `count` from `from` on, the first at `first` here. */
  take(first: number, source: Uint32Array, from: number, count: number): void {
    const { words } = this;
    const shift = from - first;
    for (let at = first; at < first + count; ) {
      const row = Math.floor(at / this.#width);
      const end = Math.min(first + count, (row + 1) * this.#width);
      let start = at;
      while (start < end && source[start + shift] === words[start]) start++;
      if (start < end) {
        let stop = end;
        while (source[stop - 1 + shift] === words[stop - 1]) stop--;
        words.set(source.subarray(start + shift, stop + shift), start);
        this.damage.touch(start - row * this.#width, row, stop - start, 1);
      }
      at = end;
    }
  }
}

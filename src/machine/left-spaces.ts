/** The address spaces that the guest on a hart has left, as the engine notes them (engine/left-spaces.ts). */
import type { VirtualNs } from '#base/virtual-time';
import { addressOfField, LEFT_SPACE_SIZE, LEFT_SPACES } from './layout.ts';
import { wideWord } from './wide-word.ts';

/** Who is told of them: vsatp, and when it was left. */
export interface LeftSpaceVisitor {
  left(vsatpLo: number, vsatpHi: number, ns: VirtualNs): void;
}

const ALL = addressOfField('LEFT_SPACES_OF') / 4;
const WORDS = LEFT_SPACE_SIZE / 4;

/** Those of one hart. */
export class LeftSpaces {
  readonly #words: Uint32Array;
  readonly #first: number;
  readonly #end: number;

  constructor(hart: number, words: Uint32Array) {
    this.#words = words;
    this.#first = ALL + hart * LEFT_SPACES * WORDS;
    this.#end = this.#first + LEFT_SPACES * WORDS;
  }

  /** The latest that were left since they were last forgotten, each once, in no order. */
  forEach(visitor: LeftSpaceVisitor): void {
    for (let at = this.#first; at < this.#end; at += WORDS) {
      const ns = wideWord(this.#words, at + 2);
      if (ns > 0) visitor.left(this.#words[at] as number, this.#words[at + 1] as number, ns);
    }
  }
  /** Another guest comes onto the hart. */
  forget(): void {
    this.#words.fill(0, this.#first, this.#end);
  }
}

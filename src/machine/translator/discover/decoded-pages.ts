/** What the engine's decoded pages and execute TLB hold, read as they are. Nothing is written here. */
import type { Decoded } from '#isa/decode';
import { addressOfField, TLB_ARRAY_SIZE, TLB_ENTRIES } from '../../layout.ts';
import { instructionOf, OP_TRANSLATED } from '../../operations.ts';

/** The low half of the decoded word of an entry; its high half is the address of the entry's descriptor. See engine/translated.ts. */
export const ENTRY_WORD: number = OP_TRANSLATED << 1;
/** Of a descriptor: the decoded word that stood there before. */
export const BEFORE = 16;
const EXEC = 2 * TLB_ARRAY_SIZE;
export const DESCRIPTORS: number = addressOfField('DESCRIPTORS');

/** A page's address in a guest, and where its neighbours are found: in the TLB of the hart that was there, under the context that it had. */
export interface PageAddress {
  readonly vaLo: number;
  readonly vaHi: number;
  readonly tlb: number;
  readonly context: number;
}

/** The page so many pages further. */
export function neighbour({ vaLo, vaHi, ...where }: PageAddress, number: number): PageAddress {
  const low = vaLo + number * 4096;
  const carry = Math.floor(low / 0x1_0000_0000);
  return { vaLo: ((low >>> 0) & ~4095) >>> 0, vaHi: (vaHi + carry) >>> 0, ...where };
}

export class DecodedPages {
  readonly #words: Uint32Array;

  constructor(words: Uint32Array) {
    this.#words = words;
  }

  #word(at: number): number {
    return this.#words[at >>> 2] as number;
  }

  /** The decoded page that the execute TLB has for a page so many pages from an address; 0 for none. */
  mapped(page: PageAddress, number: number): number {
    const { vaLo, vaHi, tlb, context } = neighbour(page, number);
    const tagLo = vaLo | context;
    const entry = tlb + EXEC + (((vaLo >>> 12) & (TLB_ENTRIES - 1)) << 4);
    return this.#word(entry) === tagLo >>> 0 && this.#word(entry + 4) === vaHi ? this.#word(entry + 8) : 0;
  }

  /** An executed instruction from its decoded word; see build/decode-text.ts. */
  decoded(at: number): Decoded | undefined {
    let word = at;
    if (this.#word(at) === ENTRY_WORD) word = this.#word(at + 4) + BEFORE;
    const low = this.#word(word);
    const instruction = instructionOf((low & 0x3ff) >>> 1);
    if (instruction === undefined) return undefined;
    const immediate = this.#word(word + 4) | 0;
    return {
      instruction,
      length: (low & 1) === 1 ? 2 : 4,
      rd: (low >>> 10) & 31,
      rs1: (low >>> 16) & 31,
      rs2: (low >>> 21) & 31,
      rs3: immediate & 31,
      rm: (low >>> 26) & 7,
      immediate,
    };
  }
}

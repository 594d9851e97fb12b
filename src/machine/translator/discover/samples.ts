/** The samples that the interpreter has taken; see engine/translated.ts. */
import { addressOfField, DECODED_PAGE_SIZE, SAMPLE_SIZE, SAMPLES } from '../../layout.ts';
import type { PageAddress } from './decoded-pages.ts';

const POOL = addressOfField('DECODED_POOL');

/** An instruction, by its decoded page and its address. */
export interface Place {
  readonly page: number;
  readonly offset: number;
  readonly address: PageAddress;
}

export interface Sample extends Place {
  /** The low half of the address of the indirect jump that has just led here from translated code, or 0. */
  readonly from: number;
  /** Where the interpreter had come into what it was executing; `undefined` where that was a matter of chance. */
  readonly arrival: Place | undefined;
}

/** Reads a full buffer. */
export function readSamples(words: Uint32Array): Sample[] {
  const buffer = addressOfField('SAMPLE_BUFFER');
  return Array.from({ length: SAMPLES }, (_, i) => {
    const word = (at: number): number => words[(buffer + i * SAMPLE_SIZE + at) >>> 2] as number;
    const where = { tlb: word(28), context: word(32) };
    const place = (page: number, vaLo: number, vaHi: number): Place => ({
      page,
      offset: vaLo & 4094,
      address: { vaLo: (vaLo & ~4095) >>> 0, vaHi, ...where },
    });
    const entry = word(24);
    return {
      ...place(word(8), word(0), word(4)),
      from: word(12),
      arrival: entry === 0 ? undefined : place(decodedPageOf(entry), word(16), word(20)),
    };
  });
}

/** The decoded page in which a decoded entry lies. */
function decodedPageOf(entry: number): number {
  return entry - ((entry - POOL) % DECODED_PAGE_SIZE);
}

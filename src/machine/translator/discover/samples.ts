/** The samples that the interpreter has taken; see engine/translated.ts. */
import { addressOfField, DECODED_PAGE_SIZE, SAMPLE_SIZE, SAMPLES } from '../../layout.ts';
import type { PageAddress } from './decoded-pages.ts';

const POOL = addressOfField('DECODED_POOL');
/** In words. */
const BUFFER = addressOfField('SAMPLE_BUFFER') / 4;

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
  /** The instruction that translated code had left to the interpreter, which has gone on from there. */
  readonly left: Place | undefined;
}

/** Reads a full buffer. While a guest boots this is done for every few thousand instructions: what is made here is made often. */
export function readSamples(words: Uint32Array): Sample[] {
  const samples: Sample[] = [];
  for (let at = BUFFER; at < BUFFER + (SAMPLES * SAMPLE_SIZE) / 4; at += SAMPLE_SIZE / 4) {
    const vaLo = words[at] as number;
    const entry = words[at + 6] as number;
    const left = words[at + 12] as number;
    samples.push({
      page: words[at + 2] as number,
      offset: vaLo & 4094,
      address: addressAt(words, at, vaLo, words[at + 1] as number),
      from: words[at + 3] as number,
      arrival: entry === 0 ? undefined : placeAt(words, at, at + 4, decodedPageOf(entry)),
      left: left === 0 ? undefined : placeAt(words, at, at + 10, decodedPageOf(left)),
    });
  }
  return samples;
}

/** The place whose address stands at `place` in the sample at `at`. */
function placeAt(words: Uint32Array, at: number, place: number, page: number): Place {
  const vaLo = words[place] as number;
  return { page, offset: vaLo & 4094, address: addressAt(words, at, vaLo, words[place + 1] as number) };
}

function addressAt(words: Uint32Array, at: number, vaLo: number, vaHi: number): PageAddress {
  return {
    vaLo: (vaLo & ~4095) >>> 0,
    vaHi,
    tlb: words[at + 7] as number,
    context: words[at + 8] as number,
  };
}

/** The decoded page in which a decoded entry lies. */
function decodedPageOf(entry: number): number {
  return entry - ((entry - POOL) % DECODED_PAGE_SIZE);
}

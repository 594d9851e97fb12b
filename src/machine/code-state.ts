/** What the engine knows of an instruction in RAM: whether it was ever executed, and whether it is translated. It changes nothing. */
import { addressOfField } from './layout.ts';
import { OP_UNDECODED } from './operations.ts';

export interface CodeState {
  /** Executed since its page was last decoded anew. */
  readonly executed: boolean;
  /** A part of some translated region. */
  readonly translated: boolean;
}

const NEVER: CodeState = { executed: false, translated: false };
/** Of a decoded page: which halfwords are translated; see engine/fetch.ts. */
const COVER = 2048 * 8 + 64;

/** @param offset of the instruction in RAM; negative for what is not RAM */
export function codeStateAt(memory: ArrayBufferLike, offset: number): CodeState {
  if (offset < 0) return NEVER;
  const [page] = new Uint32Array(memory, addressOfField('DECODED_INDEX') + Math.floor(offset / 4096) * 4, 1);
  if (page === undefined || page === 0) return NEVER;
  const halfword = (offset & 4095) >>> 1;
  const [word] = new Uint32Array(memory, page + halfword * 8, 1);
  const [cover] = new Uint8Array(memory, page + COVER + (halfword >>> 3), 1);
  return {
    executed: ((word ?? 0) & 0x3ff) >>> 1 !== OP_UNDECODED,
    translated: (((cover ?? 0) >>> (halfword & 7)) & 1) !== 0,
  };
}

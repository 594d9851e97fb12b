/** Bytes of memory as rows for people: eight a row, as a dump shows them, and as the word that they are. */
import type { Hex64 } from '#bridge/protocol/answers';

export const ROW_BYTES = 8;

export interface MemoryRow {
  readonly address: Hex64;
  /** Two digits each. */
  readonly hex: readonly string[];
  /** What is printable of them; a dot for what is not. */
  readonly text: string;
  /** The word that they are, the lowest byte first; undefined where there are fewer than eight. */
  readonly word: Hex64 | undefined;
}

/** The address of the row that a byte is in. */
export function rowStart(address: Hex64): Hex64 {
  return hexOf(BigInt(address) & ~BigInt(ROW_BYTES - 1));
}

/** An address so many bytes away, within what 64 bits hold. */
export function addressBeside(address: Hex64, by: number): Hex64 {
  const most = (1n << 64n) - BigInt(ROW_BYTES);
  const moved = BigInt(address) + BigInt(by);
  return hexOf(moved < 0n ? 0n : moved > most ? most : moved);
}

function hexOf(value: bigint): Hex64 {
  return `0x${value.toString(16)}`;
}

/** Rows of bytes that begin at an address. */
export function memoryRows(from: Hex64, bytes: Uint8Array): readonly MemoryRow[] {
  const rows: MemoryRow[] = [];
  for (let at = 0; at < bytes.length; at += ROW_BYTES) {
    const part = bytes.subarray(at, at + ROW_BYTES);
    const hex = [...part].map((byte) => byte.toString(16).padStart(2, '0'));
    rows.push({
      address: hexOf(BigInt(from) + BigInt(at)),
      hex,
      text: [...part].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join(''),
      word: part.length === ROW_BYTES ? hexOf(BigInt(`0x${[...hex].reverse().join('')}`)) : undefined,
    });
  }
  return rows;
}

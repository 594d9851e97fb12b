/**
 * Immediates of the instruction formats as bit scatters (unprivileged spec 2.3, 26.2 and the C chapter): where each
 * piece of the value lies in the instruction. Encoders, decoders and the engine's decoder are derived from this table.
 */

/** Bits `high..low` of the instruction are bits `at…` of the value. */
export type Piece = readonly [high: number, low: number, at: number];

export interface Immediate {
  readonly pieces: readonly Piece[];
  readonly signed: boolean;
  /** Bits of the value, sign bit included. */
  readonly width: number;
}

function immediate(signed: boolean, ...pieces: Piece[]): Immediate {
  const width = Math.max(...pieces.map(([high, low, at]) => at + high - low + 1));
  return { pieces, signed, width };
}

export type ImmediateName =
  | 'i'
  | 's'
  | 'b'
  | 'u'
  | 'j'
  | 'shamt6'
  | 'shamt5'
  | 'csr'
  | 'rs3'
  | 'fence'
  | 'cAddi4spn'
  | 'cWord'
  | 'cDouble'
  | 'ci'
  | 'cShamt'
  | 'cAddi16sp'
  | 'cLui'
  | 'cJump'
  | 'cBranch'
  | 'cWordSp'
  | 'cDoubleSp'
  | 'cStoreWordSp'
  | 'cStoreDoubleSp'
  | 'cByte'
  | 'cHalf';

export const IMMEDIATES: Readonly<Record<ImmediateName, Immediate>> = {
  i: immediate(true, [31, 20, 0]),
  s: immediate(true, [31, 25, 5], [11, 7, 0]),
  b: immediate(true, [31, 31, 12], [7, 7, 11], [30, 25, 5], [11, 8, 1]),
  u: immediate(true, [31, 12, 12]),
  j: immediate(true, [31, 31, 20], [19, 12, 12], [20, 20, 11], [30, 21, 1]),
  shamt6: immediate(false, [25, 20, 0]),
  shamt5: immediate(false, [24, 20, 0]),
  csr: immediate(false, [31, 20, 0]),
  rs3: immediate(false, [31, 27, 0]),
  fence: immediate(false, [31, 20, 0]),
  cAddi4spn: immediate(false, [12, 11, 4], [10, 7, 6], [6, 6, 2], [5, 5, 3]),
  cWord: immediate(false, [12, 10, 3], [6, 6, 2], [5, 5, 6]),
  cDouble: immediate(false, [12, 10, 3], [6, 5, 6]),
  ci: immediate(true, [12, 12, 5], [6, 2, 0]),
  cShamt: immediate(false, [12, 12, 5], [6, 2, 0]),
  cAddi16sp: immediate(true, [12, 12, 9], [6, 6, 4], [5, 5, 6], [4, 3, 7], [2, 2, 5]),
  cLui: immediate(true, [12, 12, 17], [6, 2, 12]),
  cJump: immediate(
    true,
    [12, 12, 11],
    [11, 11, 4],
    [10, 9, 8],
    [8, 8, 10],
    [7, 7, 6],
    [6, 6, 7],
    [5, 3, 1],
    [2, 2, 5],
  ),
  cBranch: immediate(true, [12, 12, 8], [11, 10, 3], [6, 5, 6], [4, 3, 1], [2, 2, 5]),
  cWordSp: immediate(false, [12, 12, 5], [6, 4, 2], [3, 2, 6]),
  cDoubleSp: immediate(false, [12, 12, 5], [6, 5, 3], [4, 2, 6]),
  cStoreWordSp: immediate(false, [12, 9, 2], [8, 7, 6]),
  cStoreDoubleSp: immediate(false, [12, 10, 3], [9, 7, 6]),
  cByte: immediate(false, [6, 6, 0], [5, 5, 1]),
  cHalf: immediate(false, [5, 5, 1]),
};

/** Value of an immediate in an instruction. */
export function extractImmediate(name: ImmediateName, raw: number): number {
  const { pieces, signed, width }: Immediate = IMMEDIATES[name];
  let value = 0;
  for (const [high, low, at] of pieces) value |= ((raw >>> low) & ((2 ** (high - low + 1) - 1) | 0)) << at;
  return signed ? (value << (32 - width)) >> (32 - width) : value;
}

/** Bits of an instruction that hold a value; `undefined` when it does not fit (range or alignment). */
export function insertImmediate(name: ImmediateName, value: number): number | undefined {
  const { pieces }: Immediate = IMMEDIATES[name];
  let raw = 0;
  for (const [high, low, at] of pieces) raw |= ((value >> at) & (2 ** (high - low + 1) - 1)) << low;
  return extractImmediate(name, raw) === value ? raw >>> 0 : undefined;
}

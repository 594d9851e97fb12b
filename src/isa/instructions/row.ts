/** The shape of a row of the instruction table. */
import { FORMATS, type FormatName } from '../formats.ts';
import type { Effect } from '../semantics.ts';

export type Extension =
  | 'I'
  | 'M'
  | 'A'
  | 'F'
  | 'D'
  | 'Zicsr'
  | 'Zifencei'
  | 'S'
  | 'H'
  | 'Svinval'
  | 'Zba'
  | 'Zbb'
  | 'Zbs'
  | 'Zbc'
  | 'Zicond'
  | 'Zcb'
  | 'Zicbom'
  | 'Zicboz'
  | 'Zawrs'
  // Hints, which every hart takes: `ori` and `fence`.
  | 'Zicbop'
  | 'Zihintpause'
  // Modes and entries of address translation: without instructions.
  | 'Svnapot'
  | 'Svpbmt'
  | 'Sv48'
  | 'Sv57';

/** Which register file a field names; x unless stated. */
export interface RegisterKinds {
  readonly rd?: 'f';
  readonly rs1?: 'f';
  readonly rs2?: 'f';
}

export interface Instruction {
  readonly name: string;
  readonly extension: Extension;
  readonly format: FormatName;
  readonly mask: number;
  readonly match: number;
  readonly kinds: RegisterKinds;
  readonly effect: Effect;
}

/** Makes a row; the mask follows from the format. */
export function row(
  extension: Extension,
  name: string,
  format: FormatName,
  match: number,
  effect: Effect,
  kinds: RegisterKinds = {},
): Instruction {
  return { name, extension, format, mask: FORMATS[format].mask >>> 0, match: match >>> 0, kinds, effect };
}

/** Bits of an R-type encoding: opcode, funct3, funct7. */
export const bits = (opcode: number, funct3: number, funct7: number = 0): number =>
  opcode | (funct3 << 12) | (funct7 << 25);

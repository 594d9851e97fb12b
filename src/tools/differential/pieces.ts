/** Instructions of a stream before they have a place, and how code that needs several of them is written down. */
import { csrNamed } from '#isa/csrs';
import { type ImmediateName, insertImmediate } from '#isa/immediates';
import { type Instruction, instructionNamed } from '#isa/instructions';
import type { Random } from './random.ts';

/** One instruction of a stream before its branches are resolved. */
export interface Piece {
  readonly name: string;
  readonly raw: number;
  readonly size: 2 | 4;
  /** Groups (an instruction, or a snippet as a whole) ahead that a branch goes to, and the immediate that takes the distance. */
  readonly forward?: { readonly by: number; readonly immediate: ImmediateName };
}

/** Registers that hold addresses inside the stream's data window; sp, s0 and s1, so that 16-bit forms can use them. */
export const BASES: readonly number[] = [2, 8, 9];

export const rd = (register: number): number => register << 7;
export const rs1 = (register: number): number => register << 15;
export const rs2 = (register: number): number => register << 20;

/** A row that must exist. */
export function named(name: string): Instruction {
  const row = instructionNamed(name);
  if (row === undefined) throw new Error(`no instruction ${name}`);
  return row;
}

/** Number of a CSR that must exist. */
export function csr(name: string): number {
  const row = csrNamed(name);
  if (row === undefined) throw new Error(`no CSR ${name}`);
  return row.address;
}

/** Bits of an immediate that must fit. */
export function immediate(name: ImmediateName, value: number): number {
  const bits = insertImmediate(name, value);
  if (bits === undefined) throw new Error(`${value} does not fit into ${name}`);
  return bits;
}

/** A row with these operand bits. */
export function piece(name: string, operands: number = 0): Piece {
  return { name, raw: (named(name).match | operands) >>> 0, size: 4 };
}

/** `addi` of a small number. */
export function addi(to: number, from: number, value: number): Piece {
  return piece('addi', rd(to) | rs1(from) | immediate('i', value));
}

/** `lui` and `addi` that make a number of 31 bits. */
export function number31(to: number, value: number): Piece[] {
  const upper = (value + 0x800) >>> 12;
  return [piece('lui', rd(to) | (upper << 12)), addi(to, to, value - upper * 4096)];
}

/** Puts the address `distance` bytes behind its own beginning into a register. Two instructions. */
export function pcRelative(to: number, distance: number): Piece[] {
  return [piece('auipc', rd(to)), addi(to, to, distance)];
}

/** A destination: any register but the bases. */
export function destination(random: Random): number {
  for (;;) {
    const register = random.below(32);
    if (!BASES.includes(register)) return register;
  }
}

/** Different registers that hold something: neither x0 nor a base. */
export function temporaries(random: Random, count: number): number[] {
  const found: number[] = [];
  while (found.length < count) {
    const register = destination(random);
    if (register !== 0 && !found.includes(register)) found.push(register);
  }
  return found;
}

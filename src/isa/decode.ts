/**
 * From bits to a row and its operands, in TypeScript: for the disassembler, MMIO emulation and tests. The engine's own
 * decoder is generated from the same tables.
 */
import { COMPRESSED, COMPRESSED_FIELDS, type Compressed, type CompressedRegister } from './compressed.ts';
import { FORMATS } from './formats.ts';
import { extractImmediate } from './immediates.ts';
import { INSTRUCTIONS, type Instruction, instructionNamed } from './instructions.ts';

export interface Decoded {
  readonly instruction: Instruction;
  /** Bytes: 2 or 4. */
  readonly length: 2 | 4;
  readonly rd: number;
  readonly rs1: number;
  readonly rs2: number;
  readonly rs3: number;
  readonly rm: number;
  readonly immediate: number;
  /** Name of the 16-bit form, when it was one. */
  readonly compressed?: string;
}

const byOpcode: Instruction[][] = Array.from({ length: 128 }, (_, opcode) =>
  INSTRUCTIONS.filter(({ match }) => (match & 0x7f) === opcode),
);

/** True when the bits begin an instruction of 32 bits (or longer, which RV64GC does not have). */
export function isWide(raw: number): boolean {
  return (raw & 3) === 3;
}

/** Decodes 16 or 32 bits; `undefined` for an illegal instruction. */
export function decode(raw: number): Decoded | undefined {
  if (!isWide(raw)) return decodeCompressed(raw & 0xffff);
  const instruction = byOpcode[raw & 0x7f]?.find(({ mask, match }) => (raw & mask) >>> 0 === match);
  if (instruction === undefined) return undefined;
  const { immediate } = FORMATS[instruction.format];
  return {
    instruction,
    length: 4,
    rd: (raw >>> 7) & 31,
    rs1: (raw >>> 15) & 31,
    rs2: (raw >>> 20) & 31,
    rs3: (raw >>> 27) & 31,
    rm: (raw >>> 12) & 7,
    immediate: immediate === undefined ? 0 : extractImmediate(immediate, raw),
  };
}

function register(source: CompressedRegister, raw: number): number {
  if (typeof source === 'number') return source;
  const { shift, mask, add } = COMPRESSED_FIELDS[source];
  return ((raw >>> shift) & mask) + add;
}

function immediateOf(row: Compressed, raw: number): number {
  return row.immediate === undefined ? (row.value ?? 0) : extractImmediate(row.immediate, raw);
}

function decodeCompressed(raw: number): Decoded | undefined {
  const row = COMPRESSED.find(({ mask, match }) => (raw & mask) === match);
  if (row === undefined) return undefined;
  const instruction = instructionNamed(row.expansion);
  const immediate = immediateOf(row, raw);
  const rd = register(row.rd, raw);
  if (instruction === undefined) return undefined;
  if (row.nonZero === 'immediate' && immediate === 0) return undefined;
  if (row.nonZero === 'rd' && ((raw >>> 7) & 31) === 0) return undefined;
  return {
    instruction,
    length: 2,
    rd,
    rs1: register(row.rs1, raw),
    rs2: register(row.rs2, raw),
    rs3: 0,
    rm: 0,
    immediate,
    compressed: row.name,
  };
}

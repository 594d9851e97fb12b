/**
 * Renders the engine's decoder from the instruction tables, as AssemblyScript. A decoded instruction is 8 bytes:
 *
 *     63            32 31    26 25  21 20  16 15   10 9        1  0
 *     | immediate     | extra  | rs2  | rs1  | rd    | operation | C |
 *
 * C: it was a 16-bit instruction. rd has 6 bits: 32 is the register that swallows writes to x0. Extra: rounding mode.
 */
import { COMPRESSED, COMPRESSED_FIELDS, type Compressed, type CompressedRegister } from '#isa/compressed';
import { extensionBits } from '#isa/extensions';
import { FORMATS } from '#isa/formats';
import { IMMEDIATES, type ImmediateName } from '#isa/immediates';
import { INSTRUCTIONS, type Instruction, instructionNamed } from '#isa/instructions';
import type { Extension } from '#isa/instructions/row';
import { decodedOperation, OP_ILLEGAL } from '../operations.ts';

function immediateText(name: ImmediateName): string {
  const { pieces, signed, width } = IMMEDIATES[name];
  const joined = pieces
    .map(([high, low, at]) => `(((raw >>> ${low}) & ${2 ** (high - low + 1) - 1}) << ${at})`)
    .join(' | ');
  return signed ? `<u32>(<i32>((${joined}) << ${32 - width}) >> ${32 - width})` : `(${joined})`;
}

/** True when rd names an x register: then x0 becomes the register that swallows writes. */
function writesX(instruction: Instruction): boolean {
  const { effect, kinds } = instruction;
  return (
    kinds.rd !== 'f' &&
    effect.kind !== 'store' &&
    effect.kind !== 'branch' &&
    effect.kind !== 'nothing' &&
    !(effect.kind === 'call' && effect.into === 'none')
  );
}

function packed(
  instruction: Instruction,
  rd: string,
  rs1: string,
  rs2: string,
  extra: string,
  length: 2 | 4,
): string {
  const target = writesX(instruction) ? `sink(${rd})` : rd;
  const low = decodedOperation(instruction.name, length);
  return `<u64>(${low} | (${target} << 10) | (${rs1} << 16) | (${rs2} << 21) | (${extra} << 26))`;
}

/** Asks for the optional ones among extensions. */
function present(extensions: readonly Extension[]): string {
  const bits = extensionBits(extensions);
  return bits === 0 ? '' : ` && (load<u32>(EXTENSIONS) & ${bits}) == ${bits}`;
}

function wideCase(instruction: Instruction): string {
  const { immediate } = FORMATS[instruction.format];
  const value = packed(instruction, 'rd', 'rs1', 'rs2', '((raw >>> 12) & 7)', 4);
  const high = immediate === undefined ? '' : ` | (<u64>${immediateText(immediate)} << 32)`;
  const test = `(raw & ${instruction.mask}) == ${instruction.match}${present([instruction.extension])}`;
  return `      if (${test}) return ${value}${high}; // ${instruction.name}`;
}

function registerText(source: CompressedRegister): string {
  if (typeof source === 'number') return String(source);
  const { shift, mask, add } = COMPRESSED_FIELDS[source];
  return `(((raw >>> ${shift}) & ${mask}) + ${add})`;
}

function compressedCase(row: Compressed): string {
  const instruction = instructionNamed(row.expansion);
  if (instruction === undefined) throw new Error(`${row.name} expands to nothing known`);
  const immediate = row.immediate === undefined ? `<u32>${row.value ?? 0}` : immediateText(row.immediate);
  const value = packed(
    instruction,
    registerText(row.rd),
    registerText(row.rs1),
    registerText(row.rs2),
    '0',
    2,
  );
  const reserved =
    row.nonZero === 'immediate'
      ? `if ((${immediate}) == 0) return ILLEGAL16; `
      : row.nonZero === 'rd'
        ? 'if (((raw >>> 7) & 31) == 0) return ILLEGAL16; '
        : '';
  const test = `(raw & ${row.mask}) == ${row.match}${present(row.needs ?? [])}`;
  return `    if (${test}) { ${reserved}return ${value} | (<u64>(${immediate}) << 32); } // ${row.name}`;
}

function groupBy<T>(items: readonly T[], key: (item: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

/** The text of `generated/decode.ts`: `decode(raw: u32): u64` for 16 or 32 bits. */
export function decodeText(): string {
  const wide = [...groupBy(INSTRUCTIONS, ({ match }) => match & 0x7f)].map(
    ([opcode, rows]) =>
      `    case ${opcode}: {\n${rows.map(wideCase).join('\n')}\n      return ILLEGAL32;\n    }`,
  );
  const narrow = [...groupBy(COMPRESSED, ({ match }) => match & 3)].map(
    ([quadrant, rows]) => `  if ((raw & 3) == ${quadrant}) {\n${rows.map(compressedCase).join('\n')}\n  }`,
  );
  return `// Generated from isa/ by machine/build/decode-text.ts.
import { EXTENSIONS } from './layout';

const ILLEGAL32: u64 = ${OP_ILLEGAL << 1};
const ILLEGAL16: u64 = ${(OP_ILLEGAL << 1) | 1};

function sink(rd: u32): u32 {
  return rd == 0 ? 32 : rd;
}

/** Decodes the 16 or 32 bits of an instruction. */
export function decode(raw: u32): u64 {
  if ((raw & 3) != 3) return decode16(raw & 0xffff);
  const rd: u32 = (raw >>> 7) & 31;
  const rs1: u32 = (raw >>> 15) & 31;
  const rs2: u32 = (raw >>> 20) & 31;
  switch (raw & 0x7f) {
${wide.join('\n')}
    default:
      return ILLEGAL32;
  }
}

function decode16(raw: u32): u64 {
${narrow.join('\n')}
  return ILLEGAL16;
}
`;
}

/**
 * The assembler: text to bytes, two passes over the instruction table. Labels, the usual pseudo-instructions
 * (`pseudo.ts`), `.align .word .dword .zero .ascii`. Values beyond 32 bits are written as BigInt in `li` only.
 */
import { messageOf } from '#base/error-message';
import { fail, ok, type Result } from '#base/result';
import { csrNamed } from './csrs.ts';
import { FORMATS } from './formats.ts';
import { insertImmediate } from './immediates.ts';
import { type Instruction, instructionNamed } from './instructions.ts';
import { expandPseudo } from './pseudo.ts';
import { fNumber, ROUNDING_MODES, xNumber } from './registers.ts';

export interface Assembled {
  readonly bytes: Uint8Array;
  /** Addresses of the labels. */
  readonly labels: ReadonlyMap<string, number>;
}

/** One instruction or datum, placed. */
interface Item {
  readonly line: number;
  readonly address: number;
  readonly name: string;
  readonly operands: readonly string[];
  readonly size: number;
}

class AssemblyError extends Error {}

function parseNumber(text: string): number | undefined {
  if (/^-?(0x[0-9a-f]+|0b[01]+|\d+)$/i.test(text)) {
    const value = text.startsWith('-') ? -Number(text.slice(1)) : Number(text);
    return value;
  }
  const character = /^'(.)'$/.exec(text)?.[1];
  return character?.charCodeAt(0);
}

/** Number or label, with an optional `label+number`. */
function resolveName(text: string, labels: ReadonlyMap<string, number>): number {
  const number = parseNumber(text);
  if (number !== undefined) return number;
  const [, label = '', sign, offset] = /^([.\w$]+)\s*(?:([+-])\s*(\w+))?$/.exec(text) ?? [];
  const base = labels.get(label);
  if (base === undefined) throw new AssemblyError(`unknown name ${text}`);
  const added = offset === undefined ? 0 : (parseNumber(offset) ?? Number.NaN);
  return sign === '-' ? base - added : base + added;
}

/** `%hi(label)`, `%lo(label)` of a pc-relative pair whose auipc lies at `anchor`. */
function relocated(text: string, labels: ReadonlyMap<string, number>, anchor: number): number | undefined {
  const [, part, name = ''] = /^%pcrel_(hi|lo)\((.+)\)$/.exec(text) ?? [];
  if (part === undefined) return undefined;
  const delta = (resolveName(name, labels) - anchor) | 0;
  const high = (delta + 0x800) & ~0xfff;
  return part === 'hi' ? high >>> 12 : delta - high;
}

const checked = (bits: number | undefined, what: string): number => {
  if (bits === undefined) throw new AssemblyError(`${what} is out of range or misaligned`);
  return bits;
};

function registerBits(text: string, float: boolean): number {
  const number = float ? fNumber(text) : xNumber(text);
  if (number < 0) throw new AssemblyError(`${text} is no ${float ? 'f' : 'x'} register`);
  return number;
}

/** Splits the operands of `syntax` apart: a memory operand `imm(rs1)` becomes two. */
function operandFields(syntax: string): string[] {
  return syntax === '' ? [] : syntax.split(', ');
}

function encodeOperand(
  instruction: Instruction,
  field: string,
  text: string,
  item: Item,
  labels: ReadonlyMap<string, number>,
): number {
  const { kinds } = instruction;
  const { immediate } = FORMATS[instruction.format];
  switch (field) {
    case 'rd':
      return registerBits(text, kinds.rd === 'f') << 7;
    case 'rs1':
      return registerBits(text, kinds.rs1 === 'f') << 15;
    case 'rs2':
      return registerBits(text, kinds.rs2 === 'f') << 20;
    case 'rs3':
      return registerBits(text, true) << 27;
    case 'rm': {
      const mode = ROUNDING_MODES.indexOf(text);
      if (mode < 0) throw new AssemblyError(`${text} is no rounding mode`);
      return mode << 12;
    }
    case 'csr': {
      const number = csrNamed(text)?.address ?? parseNumber(text);
      if (number === undefined || number < 0 || number > 0xfff) throw new AssemblyError(`${text} is no CSR`);
      return number << 20;
    }
    case 'zimm': {
      const value = resolveName(text, labels);
      return value >= 0 && value < 32 ? value << 15 : checked(undefined, text);
    }
    case 'upper': {
      const value = relocated(text, labels, item.address) ?? resolveName(text, labels);
      return value >= -0x80000 && value <= 0xfffff ? (value & 0xfffff) << 12 : checked(undefined, text);
    }
    case 'target': {
      const distance = resolveName(text, labels) - item.address;
      return checked(insertImmediate(immediate ?? 'b', distance), `the distance to ${text}`);
    }
    case '(rs1)':
      return registerBits(text.replace(/^0?\((.*)\)$/, '$1').trim(), false) << 15;
    case 'imm(rs1)': {
      const [, offset = '', base = ''] = /^([^(]*|%\w+\([^)]*\))\((\w+)\)$/.exec(text) ?? [];
      if (base === '') throw new AssemblyError(`${text} is no memory operand`);
      const value =
        offset.trim() === ''
          ? 0
          : (relocated(offset, labels, item.address - 4) ?? resolveName(offset.trim(), labels));
      return (registerBits(base, false) << 15) | checked(insertImmediate(immediate ?? 'i', value), text);
    }
    default: {
      const value = relocated(text, labels, item.address - 4) ?? resolveName(text, labels);
      return checked(insertImmediate(immediate ?? 'i', value), text);
    }
  }
}

/** Encodes one instruction; operands as written. */
function encode(instruction: Instruction, item: Item, labels: ReadonlyMap<string, number>): number {
  const fields = operandFields(FORMATS[instruction.format].syntax);
  let raw = instruction.match;
  // The rounding mode may be left out: dynamic, as compilers write it.
  const optional = fields.at(-1) === 'rm' && item.operands.length === fields.length - 1;
  if (optional) raw |= 7 << 12;
  const wanted = optional ? fields.slice(0, -1) : fields;
  if (wanted.length !== item.operands.length)
    throw new AssemblyError(
      `${instruction.name} takes ${wanted.length} operands, not ${item.operands.length}`,
    );
  wanted.forEach((field, index) => {
    raw |= encodeOperand(instruction, field, item.operands[index] ?? '', item, labels);
  });
  return raw >>> 0;
}

/** Commas inside quotes and parentheses do not separate. */
function splitOperands(text: string): string[] {
  return text.trim() === ''
    ? []
    : (text.match(/(?:"(?:\\.|[^"])*"|\([^)]*\)|[^,("])+/g) ?? []).map((part) => part.trim());
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', '0': '\0', '\\': '\\', '"': '"' };
const unquote = (text: string): string =>
  text.slice(1, -1).replace(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter);

function directiveSize(name: string, operands: readonly string[], address: number): number {
  switch (name) {
    case '.align': {
      const unit = 2 ** Number(operands[0] ?? '0');
      return Math.ceil(address / unit) * unit - address;
    }
    case '.zero':
      return parseNumber(operands[0] ?? '') ?? 0;
    case '.word':
      return 4 * operands.length;
    case '.dword':
      return 8 * operands.length;
    case '.half':
      return 2 * operands.length;
    case '.ascii':
      return new TextEncoder().encode(unquote(operands[0] ?? '""')).length;
    default:
      throw new AssemblyError(`unknown directive ${name}`);
  }
}

function place(source: string, base: number): { items: Item[]; labels: Map<string, number>; end: number } {
  const items: Item[] = [];
  const labels = new Map<string, number>();
  let address = base;
  source.split('\n').forEach((text, index) => {
    const line = index + 1;
    let rest = text.replace(/\s*(#|\/\/).*$/, '').trim();
    for (let label = /^([.\w$]+):\s*/.exec(rest); label !== null; label = /^([.\w$]+):\s*/.exec(rest)) {
      labels.set(label[1] ?? '', address);
      rest = rest.slice(label[0].length);
    }
    if (rest === '') return;
    const [, name = '', operandText = ''] = /^(\S+)\s*(.*)$/.exec(rest) ?? [];
    const operands = splitOperands(operandText);
    try {
      if (name.startsWith('.')) {
        const size = directiveSize(name, operands, address);
        items.push({ line, address, name, operands, size });
        address += size;
        return;
      }
      const expanded = expandPseudo(name, operands, instructionNamed(name) !== undefined);
      for (const [real, ...realOperands] of expanded) {
        items.push({ line, address, name: real ?? '', operands: realOperands, size: 4 });
        address += 4;
      }
    } catch (error) {
      throw new AssemblyError(`line ${line}: ${messageOf(error)}`);
    }
  });
  return { items, labels, end: address };
}

function emit(item: Item, view: DataView, at: number, labels: ReadonlyMap<string, number>): void {
  if (!item.name.startsWith('.')) {
    const instruction = instructionNamed(item.name);
    if (instruction === undefined) throw new AssemblyError(`unknown instruction ${item.name}`);
    view.setUint32(at, encode(instruction, item, labels), true);
    return;
  }
  item.operands.forEach((operand, index) => {
    if (item.name === '.word') view.setUint32(at + 4 * index, resolveName(operand, labels) >>> 0, true);
    if (item.name === '.half') view.setUint16(at + 2 * index, resolveName(operand, labels), true);
    if (item.name === '.dword') {
      const value = /^-?(0x[0-9a-f]+|\d+)$/i.test(operand)
        ? BigInt(operand)
        : BigInt(resolveName(operand, labels));
      view.setBigUint64(at + 8 * index, BigInt.asUintN(64, value), true);
    }
    if (item.name === '.ascii')
      new Uint8Array(view.buffer, at).set(new TextEncoder().encode(unquote(operand)));
  });
}

/** Assembles a program for an address. Errors name the line. */
export function assemble(source: string, base: number): Result<Assembled> {
  let line = 0;
  try {
    const { items, labels, end } = place(source, base);
    const bytes = new Uint8Array(end - base);
    const view = new DataView(bytes.buffer);
    for (const item of items) {
      line = item.line;
      emit(item, view, item.address - base, labels);
    }
    return ok({ bytes, labels });
  } catch (error) {
    if (!(error instanceof AssemblyError)) throw error;
    return fail('assembly', { message: error.message, line });
  }
}

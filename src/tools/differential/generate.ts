/**
 * Random instruction streams from the instruction table. Most instructions must retire, so memory operands use three
 * base registers that are never written, control flow goes forward only, and what needs preparation comes as a snippet.
 */
import { COMPRESSED_FIELDS, type Compressed } from '#isa/compressed';
import { FORMATS } from '#isa/formats';
import { IMMEDIATES, type ImmediateName } from '#isa/immediates';
import type { Instruction } from '#isa/instructions';
import { anyMode, MODES, type Mode } from './modes.ts';
import { BASES, csr, destination, immediate, type Piece, rd, rs1, rs2 } from './pieces.ts';
import { Random } from './random.ts';
import { COMPARED, COMPARED_COMPRESSED } from './rows.ts';
import {
  AT_THE_END,
  compressedJump,
  countInWord,
  ending,
  hypervisorLoad,
  jumpRegister,
  machineReturn,
  reserveAndStore,
  SERVANTS,
  translationFence,
} from './snippets.ts';

/** Instructions in a stream. */
export const STREAM_LENGTH = 100;
/** Largest distance of a memory operand from its base. */
const REACH = 240;
/** Registers hold no pointers but the bases, so that of the 16-bit instructions these are reserved for snippets. */
const COMPRESSED_JUMPS: readonly string[] = ['c.jr', 'c.jalr'];

const FFLAGS: number = csr('fflags');
const FRM: number = csr('frm');
const FCSR: number = csr('fcsr');

/** A stream: its code, and of each instruction the name, the place in the code, and whether it only serves another one. */
export interface Stream {
  readonly code: Uint8Array;
  readonly names: readonly string[];
  readonly offsets: readonly number[];
  readonly serves: readonly boolean[];
  readonly mode: Mode;
}

/** Bits of an operand that may be anything. */
function anyImmediate(name: ImmediateName, random: Random): number {
  const bits = random.bits();
  let raw = 0;
  for (const [high, low] of IMMEDIATES[name].pieces) raw |= bits & ((2 ** (high - low + 1) - 1) << low);
  return raw >>> 0;
}

/** A taken branch mostly leaves out one or two groups, each an instruction or a snippet. */
const distance = (random: Random): number => (random.oneIn(8) ? 3 : 1 + random.below(2));

function memoryOffset(name: ImmediateName, random: Random): number {
  return immediate(name, random.below(2 * REACH) - REACH);
}

// Functions of their own rather than closures: there are millions of instructions.
function one({ name, match }: Instruction, operands: number): Piece[] {
  return [{ name, raw: (match | operands) >>> 0, size: 4 }];
}

function branch(
  { name, match }: Instruction,
  random: Random,
  operands: number,
  into: ImmediateName,
): Piece[] {
  const forward = { by: distance(random), immediate: into };
  return [{ name, raw: (match | operands) >>> 0, size: 4, forward }];
}

function piecesOf(row: Instruction, mode: Mode, random: Random): Piece[] {
  const { name, match, format } = row;
  if (name === 'jalr') return jumpRegister(random);
  if (name === 'mret') return machineReturn(random);
  if (name === 'ctzw') return countInWord(random);
  if (name.startsWith('sc.')) return reserveAndStore(name, match, random);
  const first = rs1(random.below(32));
  const second = rs2(random.below(32));
  const to = rd(destination(random));
  const base = rs1(random.pick(BASES));
  switch (format) {
    case 'Load':
      return one(row, to | base | memoryOffset('i', random));
    case 'S':
      return one(row, base | second | memoryOffset('s', random));
    case 'Amo':
      return one(row, to | base | second | (random.below(4) << 25));
    case 'LoadReserved':
      return one(row, to | base | (random.below(4) << 25));
    case 'HypervisorLoad':
      return hypervisorLoad(name, random);
    case 'HypervisorStore':
      return one(row, base | second);
    case 'B':
      // Equal operands now and then, or beq would never be taken.
      return branch(row, random, random.oneIn(4) ? first | (first << 5) : first | second, 'b');
    case 'J':
      return branch(row, random, to, 'j');
    case 'Csr':
    case 'CsrImmediate':
      if (mode.writtenOnly.length > 0 && random.oneIn(4))
        return one(row, (random.pick(mode.writtenOnly) << 20) | first);
      return one(row, to | csrOperands(name, mode, random));
    case 'Rm':
    case 'Rm1':
    case 'R4': {
      const rounding = random.pick([0, 1, 2, 3, 4, 7]) << 12;
      const third = format === 'R4' ? random.bits() & 0xf8000000 : 0;
      return one(row, to | first | (format === 'Rm1' ? 0 : second) | rounding | third);
    }
    case 'FenceVma':
      return translationFence(name, mode, random);
    case 'Fence':
      return one(row, name === 'fence' ? (random.below(16) << 24) | (random.below(16) << 20) : 0);
    case 'None':
      return one(row, 0);
    case 'R1':
      return one(row, to | first);
    case 'R':
      // Equal operands now and then: comparisons differ there.
      return one(row, to | first | (random.oneIn(8) ? first << 5 : second));
    default: {
      const field = FORMATS[format].immediate;
      const value = field === undefined ? 0 : anyImmediate(field, random);
      return one(row, to | (format === 'U' ? 0 : first) | value);
    }
  }
}

/** A reserved rounding mode would make all that follows illegal: frm gets no register and no bits set in it. */
function csrOperands(name: string, mode: Mode, random: Random): number {
  let number = random.pick(mode.csrs);
  if (number === FRM && name === 'csrrsi') number = FFLAGS;
  const isRounding = number === FRM || number === FCSR;
  const limit = !name.endsWith('i') ? (isRounding ? 1 : 32) : number === FRM ? 5 : 32;
  return (number << 20) | rs1(random.below(limit));
}

function compressedPieces(row: Compressed, random: Random): Piece[] {
  const { name, match } = row;
  if (COMPRESSED_JUMPS.includes(name)) return compressedJump(name, match, random);
  if (name === 'c.addi16sp') {
    // Away and back: sp is a base.
    const by = 16 * (1 + random.below(6));
    return [by, -by].map((value) => ({ name, raw: match | immediate('cAddi16sp', value), size: 2 }));
  }
  const isMemory = /^c\.f?[ls][wd](sp)?$/.test(name);
  let raw = match;
  for (const source of [row.rd, row.rs1, row.rs2]) {
    if (typeof source === 'number') continue;
    const { shift, mask, add } = COMPRESSED_FIELDS[source];
    const isBase = isMemory && source === row.rs1;
    raw = (raw & ~(mask << shift)) | ((compressedRegister(row, source, isBase, random) - add) << shift);
  }
  const forward = name.startsWith('c.b') ? 'cBranch' : name === 'c.j' ? 'cJump' : undefined;
  if (forward !== undefined)
    return [{ name, raw, size: 2, forward: { by: distance(random), immediate: forward } }];
  return [{ name, raw: raw | compressedImmediate(row, isMemory, random), size: 2 }];
}

function compressedRegister(
  row: Compressed,
  source: keyof typeof COMPRESSED_FIELDS,
  isBase: boolean,
  random: Random,
): number {
  if (isBase) return random.pick([8, 9]);
  const { mask, add } = COMPRESSED_FIELDS[source];
  // c.mv and c.add with rs2 = x0 are jumps.
  const nonZero = (row.nonZero === 'rd' && source === row.rd) || (source === 'rs2' && row.rd === 'rd');
  for (;;) {
    const register = add + random.below(mask + 1);
    if (!BASES.includes(register) && !(nonZero && register === 0)) return register;
  }
}

function compressedImmediate(row: Compressed, isMemory: boolean, random: Random): number {
  if (row.immediate === undefined) return 0;
  // c.ldsp and its kin reach further than the data window.
  if (isMemory && IMMEDIATES[row.immediate].width > 8) return immediate(row.immediate, 8 * random.below(32));
  for (;;) {
    const bits = anyImmediate(row.immediate, random);
    if (row.nonZero !== 'immediate' || bits !== 0) return bits;
  }
}

const ORDINARY: ReadonlyMap<Mode, readonly Instruction[]> = new Map(
  MODES.map((mode) => [
    mode,
    COMPARED.filter(({ name }) => !AT_THE_END.includes(name) && !mode.without.includes(name)),
  ]),
);
const ordinaryCompressed = COMPARED_COMPRESSED.filter(({ name }) => !AT_THE_END.includes(name));

/** Stream `number` of a seed. */
export function generateStream(seed: number, number: number): Stream {
  const random = new Random(Math.imul(seed, 0x01000193) ^ Math.imul(number + 1, 0x9e3779b1));
  const mode = anyMode(random);
  const ordinary = ORDINARY.get(mode) ?? [];
  const last = ending(mode, random);
  const groups: (readonly Piece[])[] = [];
  let length = last.length;
  while (length < STREAM_LENGTH) {
    const group = random.oneIn(4)
      ? compressedPieces(random.pick(ordinaryCompressed), random)
      : piecesOf(random.pick(ordinary), mode, random);
    if (length + group.length > STREAM_LENGTH) continue;
    groups.push(group);
    length += group.length;
  }
  groups.push(last);
  return { ...link(groups), mode };
}

/** Resolves forward branches, which lead to the beginning of a group, and lays the code out. */
function link(groups: readonly (readonly Piece[])[]): Omit<Stream, 'mode'> {
  const starts: number[] = [];
  let end = 0;
  for (const group of groups) {
    starts.push(end);
    for (const { size } of group) end += size;
  }
  const code = new Uint8Array(end);
  const view = new DataView(code.buffer);
  const names: string[] = [];
  const offsets: number[] = [];
  const serves: boolean[] = [];
  let at = 0;
  groups.forEach((group, index) => {
    for (const { name, raw, size, forward } of group) {
      let bits = raw;
      if (forward !== undefined) {
        const target = starts[Math.min(index + forward.by, groups.length - 1)] ?? end;
        bits = (raw | immediate(forward.immediate, target - at)) >>> 0;
      }
      names.push(name);
      offsets.push(at);
      serves.push(group.length > 1 && SERVANTS.includes(name));
      if (size === 2) view.setUint16(at, bits, true);
      else view.setUint32(at, bits, true);
      at += size;
    }
  });
  return { code, names, offsets, serves };
}

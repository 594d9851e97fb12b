/** Zba, Zbb, Zbs and Zbc: addresses, basic and single-bit manipulation, products without carries (unprivileged spec, chapter "B"). A machine may lack each of them. */
import {
  type BinaryOp,
  binary,
  type CompareOp,
  compare,
  constant,
  type Expression,
  imm,
  pure,
  rd,
  rs1,
  rs2,
  type UnaryOp,
  unary,
  unsignedWord,
  word,
} from '../semantics.ts';
import { bits, type Instruction, row } from './row.ts';

const not = (a: Expression): Expression => binary('xor', a, constant(-1));
const negated = (a: Expression): Expression => binary('sub', constant(0), a);
const shifted = (op: BinaryOp, a: Expression, by: number): Expression => binary(op, a, constant(by));

/** rs2 + (a << by). */
const shiftAdd = (name: string, opcode: number, funct3: number, a: Expression, by: number): Instruction =>
  row('Zba', name, 'R', bits(opcode, funct3, 0x10), rd(binary('add', rs2, shifted('shl', a, by))));

/** One source; the place of rs2 tells the operation. */
const single = (name: string, opcode: number, selector: number, value: Expression): Instruction =>
  row('Zbb', name, 'R1', bits(opcode, 1, 0x30) | (selector << 20), rd(value));
const count = (name: string, selector: number, op: UnaryOp): Instruction =>
  single(name, 0x13, selector, unary(op, rs1));

/** Without a branch: rs2, with the bits in which rs1 differs exchanged when rs1 is the one. */
const extreme = (name: string, funct3: number, op: CompareOp): Instruction =>
  row(
    'Zbb',
    name,
    'R',
    bits(0x33, funct3, 0x05),
    rd(binary('xor', rs2, binary('and', binary('xor', rs1, rs2), negated(compare(op, rs1, rs2))))),
  );

/** The low word twice, so that a rotation of 64 bits by less than 32 rotates the word. */
const doubled = binary('or', unsignedWord(rs1), shifted('shl', rs1, 32));
const rotatedWord = (by: Expression): Expression =>
  word(binary('rotr', doubled, binary('and', by, constant(31))));

const bit = (index: Expression): Expression => binary('shl', constant(1), binary('and', index, constant(63)));
const tested = (index: Expression): Expression =>
  binary('and', binary('shrU', rs1, binary('and', index, constant(63))), constant(1));

/** The bit that rs2 names, and the same with an immediate. */
const onBit = (
  name: string,
  funct3: number,
  funct7: number,
  value: (index: Expression) => Expression,
): Instruction[] => [
  row('Zbs', name, 'R', bits(0x33, funct3, funct7), rd(value(rs2))),
  row('Zbs', `${name}i`, 'Shift6', bits(0x13, funct3, funct7), rd(value(imm))),
];

const carryless = (name: string, funct3: number, value: Expression): Instruction =>
  row('Zbc', name, 'R', bits(0x33, funct3, 0x05), rd(value));

export const BIT_MANIPULATION: readonly Instruction[] = [
  shiftAdd('sh1add', 0x33, 2, rs1, 1),
  shiftAdd('sh2add', 0x33, 4, rs1, 2),
  shiftAdd('sh3add', 0x33, 6, rs1, 3),
  shiftAdd('sh1add.uw', 0x3b, 2, unsignedWord(rs1), 1),
  shiftAdd('sh2add.uw', 0x3b, 4, unsignedWord(rs1), 2),
  shiftAdd('sh3add.uw', 0x3b, 6, unsignedWord(rs1), 3),
  row('Zba', 'add.uw', 'R', bits(0x3b, 0, 0x04), rd(binary('add', rs2, unsignedWord(rs1)))),
  row('Zba', 'slli.uw', 'Shift6', bits(0x1b, 1, 0x04), rd(binary('shl', unsignedWord(rs1), imm))),
  row('Zbb', 'andn', 'R', bits(0x33, 7, 0x20), rd(binary('and', rs1, not(rs2)))),
  row('Zbb', 'orn', 'R', bits(0x33, 6, 0x20), rd(binary('or', rs1, not(rs2)))),
  row('Zbb', 'xnor', 'R', bits(0x33, 4, 0x20), rd(not(binary('xor', rs1, rs2)))),
  count('clz', 0, 'clz'),
  count('ctz', 1, 'ctz'),
  count('cpop', 2, 'popcount'),
  single('sext.b', 0x13, 4, shifted('shrS', shifted('shl', rs1, 56), 56)),
  single('sext.h', 0x13, 5, shifted('shrS', shifted('shl', rs1, 48), 48)),
  single('clzw', 0x1b, 0, binary('sub', unary('clz', unsignedWord(rs1)), constant(32))),
  // A bit beyond the word ends the count.
  single('ctzw', 0x1b, 1, unary('ctz', binary('or', rs1, constant(2 ** 32)))),
  single('cpopw', 0x1b, 2, unary('popcount', unsignedWord(rs1))),
  row('Zbb', 'zext.h', 'R1', bits(0x3b, 4, 0x04), rd(binary('and', rs1, constant(0xffff)))),
  row('Zbb', 'orc.b', 'R1', bits(0x13, 5) | (0x287 << 20), rd(pure('orCombineBytes', rs1))),
  row('Zbb', 'rev8', 'R1', bits(0x13, 5) | (0x6b8 << 20), rd(pure('reverseBytes', rs1))),
  extreme('min', 4, 'ltS'),
  extreme('minu', 5, 'ltU'),
  extreme('max', 6, 'geS'),
  extreme('maxu', 7, 'geU'),
  row('Zbb', 'rol', 'R', bits(0x33, 1, 0x30), rd(binary('rotr', rs1, negated(rs2)))),
  row('Zbb', 'ror', 'R', bits(0x33, 5, 0x30), rd(binary('rotr', rs1, rs2))),
  row('Zbb', 'rori', 'Shift6', bits(0x13, 5, 0x30), rd(binary('rotr', rs1, imm))),
  row('Zbb', 'rolw', 'R', bits(0x3b, 1, 0x30), rd(rotatedWord(negated(rs2)))),
  row('Zbb', 'rorw', 'R', bits(0x3b, 5, 0x30), rd(rotatedWord(rs2))),
  row('Zbb', 'roriw', 'Shift5', bits(0x1b, 5, 0x30), rd(rotatedWord(imm))),
  ...onBit('bclr', 1, 0x24, (index) => binary('and', rs1, not(bit(index)))),
  ...onBit('bext', 5, 0x24, tested),
  ...onBit('binv', 1, 0x34, (index) => binary('xor', rs1, bit(index))),
  ...onBit('bset', 1, 0x14, (index) => binary('or', rs1, bit(index))),
];

/** Bits 63:0, 127:64 and 126:63 of the product of polynomials over GF(2). */
export const CARRYLESS: readonly Instruction[] = [
  carryless('clmul', 1, pure('carrylessProduct', rs1, rs2)),
  // One bit more of distance is one bit less of a factor.
  carryless('clmulh', 3, pure('carrylessProductReversed', shifted('shrU', rs1, 1), rs2)),
  carryless('clmulr', 2, pure('carrylessProductReversed', rs1, rs2)),
];

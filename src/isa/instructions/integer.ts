/** RV64I and Zifencei (unprivileged spec, chapters 2, 4 and 6). */
import {
  type BinaryOp,
  binary,
  type CompareOp,
  call,
  compare,
  type Expression,
  effectiveAddress,
  imm,
  pc,
  rd,
  rs1,
  rs2,
  unsignedWord,
  word,
} from '../semantics.ts';
import { bits, type Instruction, row } from './row.ts';

const shiftAmount = (b: Expression, width: number): Expression =>
  binary('and', b, { kind: 'constant', value: width - 1 });
const shift = (op: BinaryOp, b: Expression): Expression => binary(op, rs1, shiftAmount(b, 64));
const shiftWord = (op: BinaryOp, b: Expression): Expression =>
  word(binary(op, op === 'shrU' ? unsignedWord(rs1) : op === 'shrS' ? word(rs1) : rs1, shiftAmount(b, 32)));

const branch = (name: string, funct3: number, op: CompareOp): Instruction =>
  row('I', name, 'B', bits(0x63, funct3), { kind: 'branch', op, a: rs1, b: rs2 });
const load = (name: string, funct3: number, bytes: 1 | 2 | 4 | 8, signed: boolean): Instruction =>
  row('I', name, 'Load', bits(0x03, funct3), {
    kind: 'load',
    into: 'x',
    bytes,
    signed,
    address: effectiveAddress,
  });
const store = (name: string, funct3: number, bytes: 1 | 2 | 4 | 8): Instruction =>
  row('I', name, 'S', bits(0x23, funct3), {
    kind: 'store',
    from: 'x',
    bytes,
    address: effectiveAddress,
    value: rs2,
  });

export const INTEGER: readonly Instruction[] = [
  row('I', 'addi', 'I', bits(0x13, 0), rd(binary('add', rs1, imm))),
  row('I', 'add', 'R', bits(0x33, 0), rd(binary('add', rs1, rs2))),
  load('ld', 3, 8, true),
  store('sd', 3, 8),
  load('lw', 2, 4, true),
  store('sw', 2, 4),
  load('lbu', 4, 1, false),
  store('sb', 0, 1),
  load('lhu', 5, 2, false),
  store('sh', 1, 2),
  load('lwu', 6, 4, false),
  load('lb', 0, 1, true),
  load('lh', 1, 2, true),
  branch('beq', 0, 'eq'),
  branch('bne', 1, 'ne'),
  branch('blt', 4, 'ltS'),
  branch('bge', 5, 'geS'),
  branch('bltu', 6, 'ltU'),
  branch('bgeu', 7, 'geU'),
  row('I', 'jal', 'J', 0x6f, { kind: 'jump' }),
  row('I', 'jalr', 'Load', bits(0x67, 0), { kind: 'jumpRegister' }),
  row('I', 'lui', 'U', 0x37, rd(imm)),
  row('I', 'auipc', 'U', 0x17, rd(binary('add', pc, imm))),
  row('I', 'slti', 'I', bits(0x13, 2), rd(compare('ltS', rs1, imm))),
  row('I', 'sltiu', 'I', bits(0x13, 3), rd(compare('ltU', rs1, imm))),
  row('I', 'xori', 'I', bits(0x13, 4), rd(binary('xor', rs1, imm))),
  row('I', 'ori', 'I', bits(0x13, 6), rd(binary('or', rs1, imm))),
  row('I', 'andi', 'I', bits(0x13, 7), rd(binary('and', rs1, imm))),
  row('I', 'slli', 'Shift6', bits(0x13, 1), rd(shift('shl', imm))),
  row('I', 'srli', 'Shift6', bits(0x13, 5), rd(shift('shrU', imm))),
  row('I', 'srai', 'Shift6', bits(0x13, 5, 0x20), rd(shift('shrS', imm))),
  row('I', 'sub', 'R', bits(0x33, 0, 0x20), rd(binary('sub', rs1, rs2))),
  row('I', 'sll', 'R', bits(0x33, 1), rd(shift('shl', rs2))),
  row('I', 'slt', 'R', bits(0x33, 2), rd(compare('ltS', rs1, rs2))),
  row('I', 'sltu', 'R', bits(0x33, 3), rd(compare('ltU', rs1, rs2))),
  row('I', 'xor', 'R', bits(0x33, 4), rd(binary('xor', rs1, rs2))),
  row('I', 'srl', 'R', bits(0x33, 5), rd(shift('shrU', rs2))),
  row('I', 'sra', 'R', bits(0x33, 5, 0x20), rd(shift('shrS', rs2))),
  row('I', 'or', 'R', bits(0x33, 6), rd(binary('or', rs1, rs2))),
  row('I', 'and', 'R', bits(0x33, 7), rd(binary('and', rs1, rs2))),
  row('I', 'addiw', 'I', bits(0x1b, 0), rd(word(binary('add', rs1, imm)))),
  row('I', 'slliw', 'Shift5', bits(0x1b, 1), rd(shiftWord('shl', imm))),
  row('I', 'srliw', 'Shift5', bits(0x1b, 5), rd(shiftWord('shrU', imm))),
  row('I', 'sraiw', 'Shift5', bits(0x1b, 5, 0x20), rd(shiftWord('shrS', imm))),
  row('I', 'addw', 'R', bits(0x3b, 0), rd(word(binary('add', rs1, rs2)))),
  row('I', 'subw', 'R', bits(0x3b, 0, 0x20), rd(word(binary('sub', rs1, rs2)))),
  row('I', 'sllw', 'R', bits(0x3b, 1), rd(shiftWord('shl', rs2))),
  row('I', 'srlw', 'R', bits(0x3b, 5), rd(shiftWord('shrU', rs2))),
  row('I', 'sraw', 'R', bits(0x3b, 5, 0x20), rd(shiftWord('shrS', rs2))),
  // One hart runs at a time and sees its own stores at once: fences order nothing that is out of order.
  row('I', 'fence', 'Fence', bits(0x0f, 0), { kind: 'nothing' }),
  // Stores to decoded code drop the decoded form at once (engine/fetch.ts), so there is nothing left to do.
  row('Zifencei', 'fence.i', 'Fence', bits(0x0f, 1), { kind: 'nothing' }),
  row('I', 'ecall', 'None', 0x00000073, call('ecall', [], 'none', 'flow')),
  row('I', 'ebreak', 'None', 0x00100073, call('ebreak', [], 'none', 'flow')),
];

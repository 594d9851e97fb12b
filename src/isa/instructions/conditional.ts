/** Zicond: a register or zero, by another register (unprivileged spec, chapter "Zicond"). */
import { binary, type CompareOp, compare, constant, rd, rs1, rs2 } from '../semantics.ts';
import { bits, type Instruction, row } from './row.ts';

/** rs1 as long as rs2 compares to 0 so; without a branch. */
const conditional = (name: string, funct3: number, op: CompareOp): Instruction =>
  row(
    'Zicond',
    name,
    'R',
    bits(0x33, funct3, 0x07),
    rd(binary('and', rs1, binary('sub', constant(0), compare(op, rs2, constant(0))))),
  );

export const CONDITIONAL: readonly Instruction[] = [
  conditional('czero.eqz', 5, 'ne'),
  conditional('czero.nez', 7, 'eq'),
];

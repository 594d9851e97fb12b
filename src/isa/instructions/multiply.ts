/** M: integer multiplication and division (unprivileged spec, chapter 12). Division by zero and overflow do not trap. */
import { binary, pure, rd, rs1, rs2, word } from '../semantics.ts';
import { bits, type Instruction, row } from './row.ts';

export const MULTIPLY: readonly Instruction[] = [
  row('M', 'mul', 'R', bits(0x33, 0, 1), rd(binary('mul', rs1, rs2))),
  row('M', 'mulh', 'R', bits(0x33, 1, 1), rd(pure('mulHigh', rs1, rs2))),
  row('M', 'mulhsu', 'R', bits(0x33, 2, 1), rd(pure('mulHighSignedUnsigned', rs1, rs2))),
  row('M', 'mulhu', 'R', bits(0x33, 3, 1), rd(pure('mulHighUnsigned', rs1, rs2))),
  row('M', 'div', 'R', bits(0x33, 4, 1), rd(pure('divide', rs1, rs2))),
  row('M', 'divu', 'R', bits(0x33, 5, 1), rd(pure('divideUnsigned', rs1, rs2))),
  row('M', 'rem', 'R', bits(0x33, 6, 1), rd(pure('remainder', rs1, rs2))),
  row('M', 'remu', 'R', bits(0x33, 7, 1), rd(pure('remainderUnsigned', rs1, rs2))),
  row('M', 'mulw', 'R', bits(0x3b, 0, 1), rd(word(binary('mul', rs1, rs2)))),
  row('M', 'divw', 'R', bits(0x3b, 4, 1), rd(pure('divideWord', rs1, rs2))),
  row('M', 'divuw', 'R', bits(0x3b, 5, 1), rd(pure('divideUnsignedWord', rs1, rs2))),
  row('M', 'remw', 'R', bits(0x3b, 6, 1), rd(pure('remainderWord', rs1, rs2))),
  row('M', 'remuw', 'R', bits(0x3b, 7, 1), rd(pure('remainderUnsignedWord', rs1, rs2))),
];

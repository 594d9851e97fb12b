/** The disassembler: bits to the text that the assembler takes, from the instruction table. */
import { csrAt } from './csrs.ts';
import { type Decoded, decode } from './decode.ts';
import { FORMATS } from './formats.ts';
import { F_NAMES, ROUNDING_MODES, X_NAMES } from './registers.ts';

function operandText(decoded: Decoded, field: string, address: number, raw: number): string {
  const { kinds } = decoded.instruction;
  const name = (number: number, float: boolean): string => (float ? F_NAMES[number] : X_NAMES[number]) ?? '?';
  switch (field) {
    case 'rd':
      return name(decoded.rd, kinds.rd === 'f');
    case 'rs1':
      return name(decoded.rs1, kinds.rs1 === 'f');
    case 'rs2':
      return name(decoded.rs2, kinds.rs2 === 'f');
    case 'rs3':
      return name(decoded.rs3, true);
    case 'rm':
      return ROUNDING_MODES[decoded.rm] ?? '';
    case 'csr':
      return csrAt(decoded.immediate)?.name ?? `0x${decoded.immediate.toString(16)}`;
    case 'zimm':
      return String((raw >>> 15) & 31);
    case 'upper':
      return `0x${(decoded.immediate >>> 12).toString(16)}`;
    case 'target':
      return `0x${(address + decoded.immediate).toString(16)}`;
    case '(rs1)':
      return `(${name(decoded.rs1, false)})`;
    case 'imm(rs1)':
      return `${decoded.immediate}(${name(decoded.rs1, false)})`;
    default:
      return String(decoded.immediate);
  }
}

/** Text of the instruction that begins with these bits; illegal ones read `unimp`. */
export function disassemble(raw: number, address: number): string {
  const decoded = decode(raw);
  if (decoded === undefined) return 'unimp';
  const { syntax } = FORMATS[decoded.instruction.format];
  if (syntax === '') return decoded.instruction.name;
  const operands = syntax.split(', ').map((field) => operandText(decoded, field, address, raw));
  return `${decoded.instruction.name} ${operands.filter((text) => text !== '').join(', ')}`;
}

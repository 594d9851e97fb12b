/** Operation numbers of the engine: a few of its own, then the rows of the instruction table in order. */
import { INSTRUCTIONS, type Instruction } from '#isa/instructions';

/** The halfword has not been decoded yet. */
export const OP_UNDECODED = 0;
export const OP_ILLEGAL = 1;
/** One past the last halfword of a page. */
export const OP_PAGE_END = 2;
/** A 32-bit instruction whose second half lies in the next page: fetched and decoded each time. */
export const OP_CROSSING = 3;
/** An entry of translated code. */
export const OP_TRANSLATED = 4;
/** An instruction at a place where a breakpoint may be. */
export const OP_BREAK = 5;
const FIRST = 6;

const numbers = new Map(INSTRUCTIONS.map(({ name }, index) => [name, FIRST + index]));

/** Number of an instruction by mnemonic. */
export function operationOf(name: string): number {
  const number = numbers.get(name);
  if (number === undefined) throw new Error(`no instruction ${name}`);
  return number;
}

/** The lowest 10 bits of a decoded instruction: its operation, and whether it had 16 bits. */
export function decodedOperation(name: string, length: 2 | 4): number {
  return (operationOf(name) << 1) | (length === 2 ? 1 : 0);
}

/** The row of an operation number; `undefined` for the engine's own. */
export function instructionOf(operation: number): Instruction | undefined {
  return INSTRUCTIONS[operation - FIRST];
}

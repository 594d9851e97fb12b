/** THE table of 32-bit instructions. The position of a row is its operation number in the engine (0 is "not decoded"). */
import { ATOMIC } from './instructions/atomic.ts';
import { BIT_MANIPULATION, CARRYLESS } from './instructions/bit-manipulation.ts';
import { CONDITIONAL } from './instructions/conditional.ts';
import { FLOAT } from './instructions/float.ts';
import { INTEGER } from './instructions/integer.ts';
import { MULTIPLY } from './instructions/multiply.ts';
import type { Instruction } from './instructions/row.ts';
import { SYSTEM } from './instructions/system.ts';
import { WAITING_AND_CACHES } from './instructions/waiting-and-caches.ts';

export type { Instruction } from './instructions/row.ts';

export const INSTRUCTIONS: readonly Instruction[] = [
  ...[...INTEGER, ...MULTIPLY, ...ATOMIC, ...FLOAT, ...SYSTEM, ...BIT_MANIPULATION],
  ...[...CARRYLESS, ...CONDITIONAL, ...WAITING_AND_CACHES],
];

const byName = new Map(INSTRUCTIONS.map((instruction) => [instruction.name, instruction]));

/** A row by mnemonic. */
export function instructionNamed(name: string): Instruction | undefined {
  return byName.get(name);
}

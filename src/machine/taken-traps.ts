/** Traps that a bare machine has taken, by who took them: what its firmware, its system and the hypervisor in that had to do. */
import { addressOfField, TRAP_CAUSES, TRAP_TAKERS } from './layout.ts';
import type { Machine } from './machine.ts';

export type TrapTaker = (typeof TRAP_TAKERS)[number];

/** Traps of one cause; the code is that of `mcause` or `scause` (privileged spec, tables 14 and 27). */
export interface TakenTraps {
  readonly isInterrupt: boolean;
  readonly code: number;
  readonly count: number;
}

const HALF = TRAP_CAUSES / 2;

/**
 * Those that one of the levels has taken, all harts together, the most frequent first: `hypervisor` are those of HS-mode from a guest (V = 1), its
 * exits; `system` the others of HS-mode. A machine whose HS-mode is played from outside counts only its firmware's.
 */
export function takenTraps({ buffer }: Machine, taker: TrapTaker): TakenTraps[] {
  const from = addressOfField('TAKEN_TRAPS') + TRAP_TAKERS.indexOf(taker) * TRAP_CAUSES * 8;
  const counts = Array.from(new BigUint64Array(buffer, from, TRAP_CAUSES), Number);
  return counts
    .map((count, at) => ({ isInterrupt: at >= HALF, code: at % HALF, count }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}

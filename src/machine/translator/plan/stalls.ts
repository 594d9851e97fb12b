/** What instructions that are translated cost beyond their own cycle: the costs of machine/cycles.ts that regions take themselves. */
import { csrNamed } from '#isa/csrs';
import type { Decoded } from '#isa/decode';
import { COSTS } from '../../cycles.ts';
import type { Step } from '../discover/region.ts';

const costOf = (cost: string): number => COSTS.find(({ name }) => name === cost)?.cycles ?? 0;
const ATOMIC = costOf('ATOMIC');
const CSR_ACCESS = costOf('CSR_ACCESS');
const CONTEXT_CHANGE = costOf('CONTEXT_CHANGE');
const SSTATUS = csrNamed('sstatus')?.address;

/** Cycles that a translated instruction takes while none executes. */
export function stallOf({ instruction: { effect, name }, immediate, rs1 }: Decoded): number {
  // Of the instructions that call a helper, only atomic ones and those of Zicsr are translated.
  if (effect.kind !== 'call') return 0;
  if (effect.helper !== 'csrAccess') return ATOMIC;
  const writes = rs1 !== 0 || name === 'csrrw' || name === 'csrrwi';
  return CSR_ACCESS + (writes && immediate === SSTATUS ? CONTEXT_CHANGE : 0);
}

/** Most cycles that steps take: one each, and their stalls. */
export function cyclesOf(steps: readonly Step[]): number {
  return steps.reduce((sum, { decoded }) => sum + 1 + stallOf(decoded), 0);
}

/** What instructions that are translated cost beyond their own cycle: the costs of machine/cycles.ts that regions take themselves. */
import { csrNamed } from '#isa/csrs';
import type { Decoded } from '#isa/decode';
import type { Expression } from '#isa/semantics';
import { COSTS } from '../../cycles.ts';
import type { Step } from '../discover/region.ts';

const costOf = (cost: string): number => COSTS.find(({ name }) => name === cost)?.cycles ?? 0;
const ATOMIC = costOf('ATOMIC');
const CSR_ACCESS = costOf('CSR_ACCESS');
const CONTEXT_CHANGE = costOf('CONTEXT_CHANGE');
const SSTATUS = csrNamed('sstatus')?.address;

/** True for an instruction of Zicsr that writes: its row says so, or asks whether it has a source that is not x0 (or 0). */
export function writesCsr(args: readonly Expression[], rs1: number): boolean {
  return rs1 !== 0 || args.at(-1)?.kind !== 'given';
}

/** Cycles that a translated instruction takes while none executes. */
export function stallOf({ instruction: { effect }, immediate, rs1 }: Decoded): number {
  // Of the instructions that call a helper, only atomic ones and those of Zicsr are translated.
  if (effect.kind !== 'call') return 0;
  if (effect.helper !== 'csrAccess') return ATOMIC;
  const isChanged = immediate === SSTATUS && writesCsr(effect.args, rs1);
  return CSR_ACCESS + (isChanged ? CONTEXT_CHANGE : 0);
}

/** Most cycles that steps take: one each, and their stalls. */
export function cyclesOf(steps: readonly Step[]): number {
  return steps.reduce((sum, { decoded }) => sum + 1 + stallOf(decoded), 0);
}

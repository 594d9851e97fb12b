/** What instructions that are translated cost beyond their own cycle: the costs of machine/cycles.ts that regions take themselves. */
import type { Decoded } from '#isa/decode';
import { COSTS } from '../../cycles.ts';
import type { Step } from '../discover/region.ts';

const ATOMIC = COSTS.find(({ name }) => name === 'ATOMIC')?.cycles ?? 0;

/** Cycles that a translated instruction takes while none executes. */
export function stallOf({ instruction: { effect } }: Decoded): number {
  // Of the instructions that call a helper, only atomic ones are translated.
  return effect.kind === 'call' ? ATOMIC : 0;
}

/** Most cycles that steps take: one each, and their stalls. */
export function cyclesOf(steps: readonly Step[]): number {
  return steps.reduce((sum, { decoded }) => sum + 1 + stallOf(decoded), 0);
}

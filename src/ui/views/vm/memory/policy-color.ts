/** Colours of the curves of policies: the optimal one is told by its ink. */
import { vmColor } from '../../../parts/palette.ts';

export function policyColor(policy: string, index: number): string {
  return policy === 'optimal' ? 'var(--ink)' : vmColor(index);
}

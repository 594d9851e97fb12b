/** When a lab that was opened begins. */
import type { OpenedLab, Speed } from '#bridge/protocol/lab-api';
import type { Lab } from '#lab/lab';

/** How a lab begins: one that was handed on at a later moment stands still until it is brought there. */
export function beginningAt(
  { now, scenario: { moment = 0 } }: Pick<Lab, 'now' | 'scenario'>,
  speed: Speed,
): { readonly speed: Speed; readonly moment: Pick<OpenedLab, 'moment'> } {
  if (now >= moment) return { speed, moment: {} };
  return { speed: { ...speed, running: false }, moment: { moment } };
}

/**
 * How many faults each policy has on one reference string, by the number of frames that it has for the pages; and how many are
 * possible at least. The string says what a guest did; how it came about that a page was there then does not matter.
 */
import { createKind } from '#machine/kind';
import { optimalFaults } from './optimal.ts';
import type { PolicyKind } from './policy.ts';
import { faultsOf, numbered, type ReferenceString } from './reference-string.ts';

/** The policy that knows what comes. */
export const OPTIMAL = 'optimal';
/** Numbers of frames that are tried. */
const SIZES = 16;

export interface FaultCurve {
  /** Its name in the table of policies, or {@link OPTIMAL}. */
  readonly policy: string;
  /** By position in the list of numbers of frames; the first faults of each page are among them. */
  readonly faults: readonly number[];
}
export interface FaultCurves {
  /** Different pages of the string. */
  readonly pages: number;
  /** Numbers of frames, ascending; with the last one there is room for all pages. */
  readonly frames: readonly number[];
  /** The optimal one last. */
  readonly curves: readonly FaultCurve[];
}

export function faultCurves(
  recorded: ReferenceString,
  policies: readonly PolicyKind[],
  seed: number,
): FaultCurves {
  const { string, distinct } = numbered(recorded);
  const sizes = Array.from({ length: SIZES }, (_, at) => Math.ceil((distinct * (at + 1)) / SIZES));
  const frames = [...new Set(sizes)].filter((size) => size > 0);
  const best = optimalFaults(string.pages, distinct);
  const curves = policies.map((kind) => ({
    policy: kind.id,
    faults: frames.map((size) => faultsOf(createKind(policies, { kind: kind.id }, { seed }), string, size)),
  }));
  const optimal = { policy: OPTIMAL, faults: frames.map((size) => best[size - 1]!) };
  return { pages: distinct, frames, curves: [...curves, optimal] };
}

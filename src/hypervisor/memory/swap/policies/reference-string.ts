/** A reference string: which pages were accessed, one after the other, and how many faults a policy has on it. */
import type { VirtualNs } from '#base/virtual-time';
import { type AccessBits, type ReplacementPolicy, TICK_NS } from './policy.ts';

export interface ReferenceString {
  readonly pages: ArrayLike<number>;
  /** By reference: when it was made. */
  readonly times: ArrayLike<VirtualNs>;
}

/** The bits that hardware would have of the pages of a string, of which none is ever held. */
class SimulatedBits implements AccessBits {
  readonly accessed = new Set<number>();

  takeAccessed(page: number): boolean {
    return this.accessed.delete(page);
  }
  /** A string does not tell reads from writes. */
  isDirty(): boolean {
    return false;
  }
  canGo(): boolean {
    return true;
  }
}

/**
 * Faults of a policy that has so many frames for the pages of a string, the first ones of each page included.
 * @param policy has no pages yet
 */
export function faultsOf(
  policy: ReplacementPolicy,
  { pages, times }: ReferenceString,
  frames: number,
  tickNs: VirtualNs = TICK_NS,
): number {
  const bits = new SimulatedBits();
  let faults = 0;
  let tickAt = (times[0] ?? 0) + tickNs;
  for (let at = 0; at < pages.length; at++) {
    const [page, now] = [pages[at]!, times[at]!];
    for (; now >= tickAt; tickAt += tickNs) policy.tick(bits);
    if (!policy.has(page)) {
      faults += 1;
      if (policy.size >= frames) {
        const victim = policy.victim(now, bits);
        policy.removed(victim);
        bits.accessed.delete(victim);
      }
      policy.added(page, now);
    }
    bits.accessed.add(page);
  }
  return faults;
}

/** A reference string: which pages were accessed, one after the other, and how many faults a policy has on it. */
import type { VirtualNs } from '#base/virtual-time';
import { type AccessBits, type ReplacementPolicy, TICK_NS } from './policy.ts';

export interface ReferenceString {
  readonly pages: ArrayLike<number>;
  /** By reference: when it was made. */
  readonly times: ArrayLike<VirtualNs>;
}

/** Ticks after which no policy learns more from another one in which nothing was accessed: a page's age has eight bits. */
const TICKS_THAT_TELL = 8;

/** The bits that hardware would have of the pages of a string, of which none is ever held. */
class SimulatedBits implements AccessBits {
  readonly accessed: Uint8Array;

  constructor(pages: number) {
    this.accessed = new Uint8Array(pages);
  }
  takeAccessed(page: number): boolean {
    const was = this.accessed[page] !== 0;
    this.accessed[page] = 0;
    return was;
  }
  /** A string does not tell reads from writes. */
  isDirty(): boolean {
    return false;
  }
  canGo(): boolean {
    return true;
  }
}

/** The same string with its pages numbered from 0 on, in the order in which they come; and how many there are. */
export function numbered({ pages, times }: ReferenceString): {
  readonly string: ReferenceString;
  readonly distinct: number;
} {
  const numbers = new Map<number, number>();
  const renamed = new Uint32Array(pages.length);
  for (let at = 0; at < pages.length; at++) {
    let number = numbers.get(pages[at]!);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(pages[at]!, number);
    }
    renamed[at] = number;
  }
  return { string: { pages: renamed, times }, distinct: numbers.size };
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
  let most = 0;
  for (let at = 0; at < pages.length; at++) most = Math.max(most, pages[at]!);
  const bits = new SimulatedBits(most + 1);
  let faults = 0;
  let tickAt = (times[0] ?? 0) + tickNs;
  for (let at = 0; at < pages.length; at++) {
    const [page, now] = [pages[at]!, times[at]!];
    if (now >= tickAt) {
      const ticks = Math.floor((now - tickAt) / tickNs) + 1;
      for (let left = Math.min(ticks, TICKS_THAT_TELL); left > 0; left--) policy.tick(bits);
      tickAt += ticks * tickNs;
    }
    if (!policy.has(page)) {
      faults += 1;
      if (policy.size >= frames) {
        const victim = policy.victim(now, bits);
        policy.removed(victim);
        bits.accessed[victim] = 0;
      }
      policy.added(page, now);
    }
    bits.accessed[page] = 1;
  }
  return faults;
}

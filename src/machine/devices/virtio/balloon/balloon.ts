/** A balloon as the hypervisor sees it: what it asks of a guest, and what came of that. Types only. */
import type { VirtualNs } from '#base/virtual-time';
import type { Statistics } from './statistics.ts';

/**
 * Who wants pages of a guest: a person who took memory away from the VM, a person who set the balloon, or a policy of the host. What
 * was taken away is wanted besides; of the others, the one who wants more.
 */
export const CLAIMANTS = ['removal', 'hand', 'policy'] as const;
export type Claimant = (typeof CLAIMANTS)[number];

export interface Balloon {
  /** Pages that are wanted of the guest, all claims together. */
  readonly targetPages: number;
  /** Pages that the guest says it has given. */
  readonly actualPages: number;
  /** The guest did not come nearer to the target for a while, and runs. */
  readonly refuses: boolean;
  /** A driver is at work. */
  readonly hasDriver: boolean;
  /** What the guest told last of its memory, and when; it may lie. */
  readonly statistics: Statistics;
  readonly toldAtNs: VirtualNs | undefined;
  /** Pages that it could give besides what is wanted already, by what it told; less than none where it should have some back. Undefined: it told nothing. */
  readonly sparePages: number | undefined;
  /** Pages that somebody wants. */
  claimed(who: Claimant): number;
  /** Wants so many from now on, at most all that the VM has; its driver is told. */
  claim(who: Claimant, pages: number): void;
}

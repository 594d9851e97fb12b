/** What a snapshot holds of a balloon; which pages are lent is a state of the pages. */
import { deadline } from '#base/state/deadline';
import { type Declaration, declare } from '#base/state/declare';
import { bool, exactly, integer, integers, optional, u32 } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { type Counters, countersState, namesOf } from '../../counters.ts';
import { CHAIN, type ChainState } from '../descriptor-chain.ts';
import { CLAIMANTS } from './balloon.ts';
import { BALLOON_COUNTERS, type BalloonCounter } from './metrics.ts';
import { STATISTICS } from './statistics.ts';

export interface BalloonState {
  /** Pages, by claimant. */
  readonly claims: Float64Array;
  readonly actual: number;
  readonly refuses: boolean;
  /** How far the guest was from the target when it was last looked at, and when it will be again. */
  readonly distance: number;
  readonly lookIn: VirtualNs | undefined;
  /** The buffer for figures that the driver waits for, and when it gets it back. */
  readonly asked: ChainState | undefined;
  readonly askIn: VirtualNs | undefined;
  /** By position; -1 for what was not told. */
  readonly figures: Float64Array;
  /** How long ago. */
  readonly toldBefore: VirtualNs | undefined;
  /** Pages that the guest had given then. */
  readonly toldActual: number;
  readonly counters: Counters<BalloonCounter>;
}

export const BALLOON: Declaration<BalloonState> = declare('virtio balloon', {
  claims: integers(exactly(CLAIMANTS.length)),
  actual: u32,
  refuses: bool,
  distance: integer,
  lookIn: optional(deadline),
  asked: optional(CHAIN),
  askIn: optional(deadline),
  figures: integers(exactly(STATISTICS.length)),
  toldBefore: optional(integer),
  toldActual: u32,
  counters: countersState('virtio balloon', namesOf(BALLOON_COUNTERS)),
});

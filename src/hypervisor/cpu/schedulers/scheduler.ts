/**
 * What a scheduler decides: which vCPU a free hart runs next, for how long, and whether one that wakes takes a hart from
 * another. vCPUs are named by id; a scheduler may not look at guests, and knows of time what it is told. All schedulers
 * have this shape and stand in one table (schedulers.ts).
 */
import type { PartState } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import type { Kind } from '#machine/kind';

/** Nobody is ready; no hart. */
export const NOBODY = -1;

export interface Scheduler {
  /** A vCPU became ready without having waited: it was started, or lost its hart. */
  enqueue(vcpu: number): void;
  /**
   * A vCPU that waited is ready again. The result is the hart that whoever runs there shall leave at once, as at the end
   * of its slice, or {@link NOBODY}.
   */
  woke(vcpu: number, now: VirtualNs): number;
  /** A vCPU is not ready any more without having been picked (paused, reset). */
  remove(vcpu: number): void;
  /** Takes the vCPU that a hart shall run now, or {@link NOBODY}. */
  pick(hart: number, now: VirtualNs): number;
  /** How many are ready. */
  readonly ready: number;
  /** How long a vCPU may run before it is asked again. */
  sliceNs(vcpu: number): VirtualNs;
  /** A vCPU has used so much of a hart since it was picked, or since the last time this was said. */
  ran(vcpu: number, ns: VirtualNs): void;
  /** The slice of a vCPU is over: true when it leaves its hart ({@link enqueue} follows), false for another slice. */
  tick(vcpu: number, hart: number, now: VirtualNs): boolean;
  /** Its state, as it is until the scheduler changes. */
  capture(): PartState;
  restore(state: PartState): void;
}

/** What a scheduler is told of its host. */
export interface SchedulerEnvironment {
  readonly harts: number;
  /** The host's time slice, for schedulers that have none of their own. */
  readonly timeSliceNs: VirtualNs;
}

/** A row of the table of schedulers. */
export type SchedulerKind = Kind<SchedulerEnvironment, Scheduler>;

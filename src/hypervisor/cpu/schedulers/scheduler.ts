/**
 * What a scheduler decides: which vCPU a free hart runs next, for how long, and whether one that wakes takes a hart from
 * another. vCPUs are named by id; a scheduler may not look at guests, and knows of time what it is told. All schedulers
 * have this shape and stand in one table (schedulers.ts).
 */
import type { SwitchReason } from '#base/catalogue/switch-reasons';
import type { Result } from '#base/result';
import type { PartState } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import type { Kind } from '#machine/kind';
import type { CpuPart } from './cpu-part.ts';

/** Nobody is ready; no hart. */
export const NOBODY = -1;

export interface Scheduler {
  /** A vCPU became ready without having waited: it was started, or lost its hart. */
  enqueue(vcpu: number, now: VirtualNs): void;
  /** A vCPU that waited is ready again; whoever shall make room for it is {@link SchedulerEnvironment.preempt | told}. */
  woke(vcpu: number, now: VirtualNs): void;
  /** A vCPU left its hart and is not ready: it waits for an interrupt or a page, or is off. */
  slept(vcpu: number, now: VirtualNs): void;
  /** A vCPU is not there any more, ready, running or asleep (its VM is paused, reset, gone): nothing of it is kept. */
  remove(vcpu: number): void;
  /** Takes the vCPU that a hart shall run now, or {@link NOBODY}. */
  pick(hart: number, now: VirtualNs): number;
  /** How many are ready and could run now. */
  readonly ready: number;
  /** How long a vCPU may run before it is asked again. */
  sliceNs(vcpu: number, now: VirtualNs): VirtualNs;
  /** A vCPU has used so much of a hart since it was picked, or since the last time this was said. */
  ran(vcpu: number, ns: VirtualNs): void;
  /** The slice of a vCPU is over: why it leaves its hart ({@link enqueue} follows), or undefined for another slice. */
  tick(vcpu: number, hart: number, now: VirtualNs): SwitchReason | undefined;
  /** The instant of {@link SchedulerEnvironment.wakeAt} has come. */
  due(now: VirtualNs): void;
  /** The longest that a vCPU which could run waits for a hart, with those that there are now; Infinity: nothing is promised to it. */
  longestWaitNs(vcpu: number): VirtualNs;
  /** Refuses what it could not keep its word to, with these vCPUs beside each other; absent: it promises nobody a part. */
  admission?(parts: readonly CpuPart[]): Result<null>;
  /** Its state, as it is until the scheduler changes. */
  capture(): PartState;
  restore(state: PartState, now: VirtualNs): void;
}

/** What a scheduler is told of its host, and may ask of it. */
export interface SchedulerEnvironment {
  readonly harts: number;
  /** The host's time slice, for schedulers that have none of their own. */
  readonly timeSliceNs: VirtualNs;
  /** What a vCPU is due: as it is now, so that nobody keeps it. */
  partOf(vcpu: number): CpuPart;
  /**
   * Whoever runs on a hart is asked at once, as at the end of its slice.
   * @param why it leaves then; absent: as {@link Scheduler.tick} says
   */
  preempt(hart: number, why?: SwitchReason): void;
  /** {@link Scheduler.due} is called then, in place of an instant asked for before; never at Infinity. */
  wakeAt(ns: VirtualNs): void;
}

/** A row of the table of schedulers. */
export type SchedulerKind = Kind<SchedulerEnvironment, Scheduler>;

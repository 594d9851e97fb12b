/**
 * What a scheduler decides: which vCPU a free hart runs next, and for how long. vCPUs are named by id; a scheduler may
 * not look at guests or time by itself. All schedulers have this shape and stand in one table (schedulers.ts).
 */
import type { StateReader, StateWriter } from '#base/state-codec';
import type { VirtualNs } from '#base/virtual-time';

/** Nobody is ready. */
export const NOBODY = -1;

export interface Scheduler {
  /** A vCPU became ready: woken, started, or its slice is over. */
  enqueue(vcpu: number): void;
  /** A vCPU is not ready any more without having been picked (paused, reset). */
  remove(vcpu: number): void;
  /** Takes the vCPU that a hart shall run now, or {@link NOBODY}. */
  pick(hart: number): number;
  /** How many are ready. */
  readonly ready: number;
  /** How long a vCPU may run before it is asked again. */
  sliceNs(vcpu: number): VirtualNs;
  save(w: StateWriter): void;
  load(r: StateReader): void;
}

/** What the state of VMs comes to: one rule for every command whose exit status tells whether all of them are well. */
import type { VmState } from '#base/catalogue/vm-life-cycle';
import type { LabError } from '#base/result';

/** A VM at the end of a run. */
export interface EndedVm {
  readonly state: VmState;
  /** Why it stopped or failed. */
  readonly reason?: LabError | undefined;
}

/**
 * Why a VM is not well: it failed, by itself or by what its guest reported, or waits for something that nobody gave it. Nothing for one
 * that runs, was paused by somebody, or was shut down.
 */
export function vmProblem({ state, reason }: EndedVm): LabError | undefined {
  return state === 'failed' || state === 'paused' ? reason : undefined;
}

/** An error in the log says something of the end only where its VM is off: one that failed speaks for itself, one that runs is well again. */
export function isOff({ state }: EndedVm): boolean {
  return state === 'created' || state === 'stopped';
}

/** States of a vCPU. The text of a state is `vcpu.<id>`. */
import type { VmState } from './vm-life-cycle.ts';

/**
 * What a vCPU itself knows. `off`: not started (SBI HSM); `ready`: waits for a hart; `waiting`: in WFI; `blocked`: a page that
 * it needs is on its way. The position is the number that snapshots hold: new states go to the end.
 */
export const VCPU_STATES = ['off', 'ready', 'running', 'waiting', 'blocked'] as const;
export type VcpuState = (typeof VCPU_STATES)[number];

/** What a person sees of a vCPU: its own state, or what its VM makes of it. */
export type SeenVcpuState = VcpuState | 'paused' | 'failed';

/** A vCPU's state as a person sees it. */
export function seenState(own: VcpuState, vm: VmState): SeenVcpuState {
  switch (vm) {
    case 'running':
      return own;
    case 'paused':
    case 'failed':
      return vm;
    case 'created':
    case 'stopped':
      return 'off';
  }
}

/** States of a vCPU. The text of a state is `vcpu.<id>`. */

/**
 * What a vCPU itself knows. `off`: not started (SBI HSM); `ready`: waits for a hart; `waiting`: in WFI. The position is
 * the number that snapshots hold: new states go to the end.
 */
export const VCPU_STATES = ['off', 'ready', 'running', 'waiting'] as const;
export type VcpuState = (typeof VCPU_STATES)[number];

/** What a person sees of a vCPU: its own state, or what its VM makes of it. The position is the byte of the views. */
export type SeenVcpuState = VcpuState | 'absent' | 'paused' | 'failed';
export const SEEN_VCPU_STATES: readonly SeenVcpuState[] = ['absent', ...VCPU_STATES, 'paused', 'failed'];

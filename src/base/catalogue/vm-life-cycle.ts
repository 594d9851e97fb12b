/** The life cycle of a VM: its states. Which command makes sense in which of them is said where the command is defined. */

/** `failed` keeps its state to look at. The text of a state is `state.<id>`. */
export const VM_STATES = ['created', 'running', 'paused', 'stopped', 'failed'] as const;
export type VmState = (typeof VM_STATES)[number];

/** In these states a VM has software in its memory. */
export function hasMemory(state: VmState): boolean {
  return state === 'running' || state === 'paused' || state === 'failed';
}

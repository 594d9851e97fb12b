/**
 * The life cycle of a VM: its states, and which command makes sense in which of them. The hypervisor refuses by this
 * table, the page shows what it allows.
 */

/** `failed` keeps its state to look at. The text of a state is `state.<id>`. */
export const VM_STATES = ['created', 'running', 'paused', 'stopped', 'failed'] as const;
export type VmState = (typeof VM_STATES)[number];

/**
 * Every step, in the order in which menus show them. `from`: states in which it makes sense; `loses`: something is lost
 * that nobody can bring back. Its text is `action.<the name behind "vm.">`.
 */
export const LIFE_CYCLE = [
  { op: 'vm.start', from: ['created', 'stopped'], loses: false },
  { op: 'vm.resume', from: ['paused'], loses: false },
  { op: 'vm.pause', from: ['running'], loses: false },
  { op: 'vm.reset', from: ['running', 'paused', 'failed'], loses: false },
  { op: 'vm.shutDown', from: ['running'], loses: false },
  { op: 'vm.powerOff', from: ['running', 'paused', 'failed'], loses: true },
  { op: 'vm.delete', from: ['created', 'stopped', 'failed'], loses: true },
] as const;
export type LifeCycleOp = (typeof LIFE_CYCLE)[number]['op'];

/** States in which a console takes what is typed. */
const TYPING_STATES: readonly VmState[] = ['running', 'paused'];

/** True where a command makes sense. */
export function isAllowed(op: LifeCycleOp | 'console.input', state: VmState): boolean {
  const from: readonly VmState[] = LIFE_CYCLE.find((step) => step.op === op)?.from ?? TYPING_STATES;
  return from.includes(state);
}

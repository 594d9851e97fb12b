/** The life cycle of a VM as data: which command its state allows. */
import type { VmState } from '#base/scenario';

/** Commands that a state can forbid. */
export type LifeCycleOp =
  | 'vm.start'
  | 'vm.pause'
  | 'vm.resume'
  | 'vm.reset'
  | 'vm.shutDown'
  | 'vm.powerOff'
  | 'vm.delete'
  | 'console.input';

/** States in which a command makes sense. */
export const ALLOWED_STATES: Readonly<Record<LifeCycleOp, readonly VmState[]>> = {
  'vm.start': ['created', 'stopped'],
  'vm.pause': ['running'],
  'vm.resume': ['paused'],
  'vm.reset': ['running', 'paused', 'failed'],
  'vm.shutDown': ['running'],
  'vm.powerOff': ['running', 'paused', 'failed'],
  'vm.delete': ['created', 'stopped', 'failed'],
  'console.input': ['running', 'paused'],
};

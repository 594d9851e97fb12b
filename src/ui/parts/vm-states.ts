/** The states of a VM and what a person can do in each, as data: badge, menu, palette and table read this. */
import type { Command, VmState } from '#base/scenario';
import type { IconName } from '../kit/icons.tsx';

/** How a state looks: colour by class, icon, and its text by the key `state.<id>`. */
export const VM_STATE_LOOKS: Readonly<Record<VmState, { readonly icon: IconName; readonly tone: string }>> = {
  created: { icon: 'dot', tone: 'grey' },
  running: { icon: 'play', tone: 'green' },
  paused: { icon: 'pause', tone: 'amber' },
  stopped: { icon: 'stop', tone: 'grey' },
  failed: { icon: 'alert', tone: 'red' },
};

export interface VmAction {
  /** Its text is `action.<id>`. */
  readonly id: 'start' | 'pause' | 'resume' | 'reset' | 'shutDown' | 'powerOff' | 'delete';
  readonly icon: IconName;
  readonly from: readonly VmState[];
  /** Something is lost. */
  readonly danger: boolean;
  command(vm: string): Command;
}

export const VM_ACTIONS: readonly VmAction[] = [
  {
    id: 'start',
    icon: 'play',
    from: ['created', 'stopped'],
    danger: false,
    command: (vm) => ({ op: 'vm.start', args: { vm } }),
  },
  {
    id: 'resume',
    icon: 'play',
    from: ['paused'],
    danger: false,
    command: (vm) => ({ op: 'vm.resume', args: { vm } }),
  },
  {
    id: 'pause',
    icon: 'pause',
    from: ['running'],
    danger: false,
    command: (vm) => ({ op: 'vm.pause', args: { vm } }),
  },
  {
    id: 'reset',
    icon: 'reset',
    from: ['running', 'paused', 'failed'],
    danger: false,
    command: (vm) => ({ op: 'vm.reset', args: { vm } }),
  },
  {
    id: 'shutDown',
    icon: 'shutdown',
    from: ['running'],
    danger: false,
    command: (vm) => ({ op: 'vm.shutDown', args: { vm } }),
  },
  {
    id: 'powerOff',
    icon: 'power',
    from: ['running', 'paused', 'failed'],
    danger: true,
    command: (vm) => ({ op: 'vm.powerOff', args: { vm } }),
  },
  {
    id: 'delete',
    icon: 'trash',
    from: ['created', 'stopped', 'failed'],
    danger: true,
    command: (vm) => ({ op: 'vm.delete', args: { vm } }),
  },
];

/** What can be done in a state. */
export function actionsFrom(state: VmState): readonly VmAction[] {
  return VM_ACTIONS.filter((action) => action.from.includes(state));
}

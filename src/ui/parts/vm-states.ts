/** The states of a VM and what a person can do in each, as a person sees them: badge, menu, palette and table read this. */
import { LIFE_CYCLE, type LifeCycleOp, type VmState } from '#base/catalogue/vm-life-cycle';
import type { Command } from '#base/scenario';
import type { IconName } from '../kit/icons.tsx';

/** How a state looks: colour by class, icon, and its text by the key `state.<id>`. */
export const VM_STATE_LOOKS: Readonly<Record<VmState, { readonly icon: IconName; readonly tone: string }>> = {
  created: { icon: 'dot', tone: 'grey' },
  running: { icon: 'play', tone: 'green' },
  paused: { icon: 'pause', tone: 'amber' },
  stopped: { icon: 'stop', tone: 'grey' },
  failed: { icon: 'alert', tone: 'red' },
};

const ACTION_ICONS: Readonly<Record<LifeCycleOp, IconName>> = {
  'vm.start': 'play',
  'vm.resume': 'play',
  'vm.pause': 'pause',
  'vm.reset': 'reset',
  'vm.shutDown': 'shutdown',
  'vm.powerOff': 'power',
  'vm.delete': 'trash',
};

export interface VmAction {
  /** Its text is `action.<id>`. */
  readonly id: string;
  readonly icon: IconName;
  /** Something is lost. */
  readonly danger: boolean;
  command(vm: string): Command;
}

/** What can be done in a state. */
export function actionsFrom(state: VmState): readonly VmAction[] {
  return LIFE_CYCLE.filter(({ from }) => (from as readonly VmState[]).includes(state)).map(
    ({ op, loses }) => ({
      id: op.slice('vm.'.length),
      icon: ACTION_ICONS[op],
      danger: loses,
      command: (vm) => ({ op, args: { vm } }),
    }),
  );
}

/** The states of a VM and what a person can do in each, as a person sees them: badge, menu, palette and table read this. */
import type { VmState } from '#base/catalogue/vm-life-cycle';
import type { VmCommandDescription } from '#bridge/protocol/answers';
import type { Command } from '#bridge/protocol/lab-api';
import type { IconName } from '../kit/icons.tsx';

/** How a state looks: colour by class, icon, and its text by the key `state.<id>`. */
export const VM_STATE_LOOKS: Readonly<Record<VmState, { readonly icon: IconName; readonly tone: string }>> = {
  created: { icon: 'dot', tone: 'grey' },
  running: { icon: 'play', tone: 'green' },
  paused: { icon: 'pause', tone: 'amber' },
  stopped: { icon: 'stop', tone: 'grey' },
  failed: { icon: 'alert', tone: 'red' },
};

/** Commands with a sign of their own. */
const ACTION_ICONS: Readonly<Record<string, IconName>> = {
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

/** What can be done in a state, of the commands that the machine has. */
export function actionsFrom(commands: readonly VmCommandDescription[], state: VmState): readonly VmAction[] {
  return commands
    .filter(({ from }) => from.includes(state))
    .map(({ op, loses }) => ({
      id: op.replace(/^vm\./, ''),
      icon: ACTION_ICONS[op] ?? 'right',
      danger: loses,
      // The machine says which there are, and checks what comes back.
      command: (vm) => ({ op, args: { vm } }) as Command,
    }));
}

/** Loads a VM's software and lets its first vCPU run. */
import { type CommandDefinition, defineVmCommand } from './command.ts';

export const vmStart: CommandDefinition<'vm.start', { readonly vm: string }> = defineVmCommand({
  op: 'vm.start',
  from: ['created', 'stopped', 'failed'],
  menu: 10,
  loads: true,
  run(vm, _, { vmTable }) {
    // What one that failed has left behind goes when it starts anew.
    if (vm.state === 'failed') vm.powerOff(undefined);
    return vmTable.start(vm);
  },
  undo: ({ vm }) => ({ op: 'vm.powerOff', args: { vm } }),
});

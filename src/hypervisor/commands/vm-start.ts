/** Loads a VM's software and lets its first vCPU run. */
import { type CommandDefinition, defineVmCommand } from './command.ts';

export const vmStart: CommandDefinition<'vm.start', { readonly vm: string }> = defineVmCommand({
  op: 'vm.start',
  from: ['created', 'stopped'],
  menu: 10,
  loads: true,
  run: (vm, _, { vmTable }) => vmTable.start(vm),
});

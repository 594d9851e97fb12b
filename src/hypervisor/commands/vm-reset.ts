/** As the button on a machine: off without asking, and started anew. */
import { type CommandDefinition, defineVmCommand } from './command.ts';

export const vmReset: CommandDefinition<'vm.reset', { readonly vm: string }> = defineVmCommand({
  op: 'vm.reset',
  from: ['running', 'paused', 'failed'],
  menu: 40,
  loads: true,
  run(vm, _, { vmTable }) {
    vm.powerOff(undefined);
    return vmTable.start(vm);
  },
});

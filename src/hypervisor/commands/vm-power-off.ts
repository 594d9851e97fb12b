/** Off without asking; its memory is given back. */
import { ok } from '#base/result';
import { type CommandDefinition, defineVmCommand } from './command.ts';

export const vmPowerOff: CommandDefinition<'vm.powerOff', { readonly vm: string }> = defineVmCommand({
  op: 'vm.powerOff',
  from: ['running', 'paused', 'failed'],
  menu: 60,
  loses: true,
  run(vm) {
    vm.powerOff(undefined);
    return ok(null);
  },
});

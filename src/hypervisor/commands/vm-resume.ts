/** A paused VM goes on where it stood. */
import { ok } from '#base/result';
import { type CommandDefinition, defineVmCommand } from './command.ts';

export const vmResume: CommandDefinition<'vm.resume', { readonly vm: string }> = defineVmCommand({
  op: 'vm.resume',
  from: ['paused'],
  menu: 20,
  run(vm) {
    vm.resume();
    return ok(null);
  },
});

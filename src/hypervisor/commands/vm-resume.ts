/** A paused VM goes on where it stood. */
import { ok } from '#base/result';
import { type CommandDefinition, defineVmCommand } from './command.ts';

export const vmResume: CommandDefinition<'vm.resume', { readonly vm: string }> = defineVmCommand({
  op: 'vm.resume',
  from: ['paused'],
  menu: 20,
  undo: ({ vm }) => ({ op: 'vm.pause', args: { vm } }),
  run(vm) {
    vm.resume();
    return ok(null);
  },
});

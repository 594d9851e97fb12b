/** A VM stands still, its clock included, until it is resumed. */
import { ok } from '#base/result';
import { type CommandDefinition, defineVmCommand } from './command.ts';

export const vmPause: CommandDefinition<'vm.pause', { readonly vm: string }> = defineVmCommand({
  op: 'vm.pause',
  from: ['running'],
  menu: 30,
  undo: ({ vm }) => ({ op: 'vm.resume', args: { vm } }),
  run(vm) {
    vm.pause();
    return ok(null);
  },
});

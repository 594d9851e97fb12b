/** A VM is gone from its host, with everything that it had. */
import { ok } from '#base/result';
import { type CommandDefinition, defineVmCommand } from './command.ts';

export const vmDelete: CommandDefinition<'vm.delete', { readonly vm: string }> = defineVmCommand({
  op: 'vm.delete',
  from: ['created', 'stopped', 'failed'],
  menu: 70,
  loses: true,
  run(vm, _, { vmTable, snapshots }) {
    vmTable.remove(vm);
    snapshots.forget(vm.slot);
    return ok(null);
  },
});

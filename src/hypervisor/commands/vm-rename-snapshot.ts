/** A snapshot gets another name. */
import { VM_STATES } from '#base/catalogue/vm-life-cycle';
import { SNAPSHOT_NAME } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Renaming {
  readonly snapshot: string;
  readonly name: string;
}

export const vmRenameSnapshot: CommandDefinition<'vm.renameSnapshot', { readonly vm: string } & Renaming> =
  defineVmCommand<'vm.renameSnapshot', Renaming>({
    op: 'vm.renameSnapshot',
    from: VM_STATES,
    more: { snapshot: SNAPSHOT_NAME, name: SNAPSHOT_NAME },
    tells: ({ snapshot, name }) => ({ before: snapshot, name }),
    undo: ({ vm, snapshot, name }) => ({
      op: 'vm.renameSnapshot',
      args: { vm, snapshot: name, name: snapshot },
    }),
    run(vm, { snapshot, name }, { snapshots }) {
      const node = snapshots.find(vm, snapshot);
      return node.ok ? snapshots.rename(vm, node.value, name) : node;
    },
  });

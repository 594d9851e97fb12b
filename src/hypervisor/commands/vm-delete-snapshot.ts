/** A snapshot is gone; those that come from it come from its parent. */
import { VM_STATES } from '#base/catalogue/vm-life-cycle';
import { ok } from '#base/result';
import { SNAPSHOT_NAME } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface OfSnapshot {
  readonly snapshot: string;
}

export const vmDeleteSnapshot: CommandDefinition<'vm.deleteSnapshot', { readonly vm: string } & OfSnapshot> =
  defineVmCommand<'vm.deleteSnapshot', OfSnapshot>({
    op: 'vm.deleteSnapshot',
    from: VM_STATES,
    loses: true,
    more: { snapshot: SNAPSHOT_NAME },
    tells: ({ snapshot }) => ({ name: snapshot }),
    run(vm, { snapshot }, { snapshots }) {
      const node = snapshots.find(vm, snapshot);
      if (!node.ok) return node;
      snapshots.remove(vm, node.value);
      return ok(null);
    },
  });

/** A VM is again what it was when a snapshot was taken; what it is now is gone, unless that is a snapshot too. */
import { VM_STATES } from '#base/catalogue/vm-life-cycle';
import { SNAPSHOT_NAME } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface OfSnapshot {
  readonly snapshot: string;
}

export const vmRevert: CommandDefinition<'vm.revert', { readonly vm: string } & OfSnapshot> = defineVmCommand<
  'vm.revert',
  OfSnapshot
>({
  op: 'vm.revert',
  from: VM_STATES,
  loses: true,
  more: { snapshot: SNAPSHOT_NAME },
  tells: ({ snapshot }) => ({ name: snapshot }),
  run(vm, { snapshot }, { snapshots }) {
    const node = snapshots.find(vm, snapshot);
    return node.ok ? snapshots.revert(vm, node.value) : node;
  },
});

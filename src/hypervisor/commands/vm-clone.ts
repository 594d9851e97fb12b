/** A copy of a VM, as it is or as a snapshot has it: another name, cards with other addresses, random numbers of its own. */
import * as v from 'valibot';
import type { HeardCard } from '#base/card-conflicts';
import { VM_STATES } from '#base/catalogue/vm-life-cycle';
import { ok } from '#base/result';
import { NAME, SNAPSHOT_NAME } from '../shapes/values.ts';
import { HEARD } from '../shapes/vm.ts';
import { guarded } from '../snapshot/file.ts';
import { savedVm } from '../snapshot/vm-file.ts';
import { isMovable } from '../vm/copy.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Cloning {
  readonly name: string;
  /** The VM as it is unless given. */
  readonly snapshot?: string;
  readonly heard?: readonly HeardCard[];
}

export const vmClone: CommandDefinition<'vm.clone', { readonly vm: string } & Cloning> = defineVmCommand<
  'vm.clone',
  Cloning
>({
  op: 'vm.clone',
  from: VM_STATES,
  plugsIn: true,
  more: { name: NAME, snapshot: v.exactOptional(SNAPSHOT_NAME), heard: v.exactOptional(HEARD) },
  creates: ({ name }) => ({ name }),
  tells: ({ name }) => ({ name }),
  run(vm, { name, snapshot, heard }, { snapshots, vmTable }) {
    const node = snapshot === undefined ? undefined : snapshots.find(vm, snapshot);
    if (node?.ok === false) return node;
    const movable = isMovable(vm);
    if (!movable.ok) return movable;
    return guarded(() => {
      const saved = node === undefined ? savedVm(vm) : snapshots.read(node.value);
      const copied = vmTable.copy(name, saved.vm, saved.ram, heard);
      return copied.ok ? ok(null) : copied;
    });
  },
});

/** A snapshot of a VM as it is: memory, registers, devices, disks. The VM runs on. */
import { VM_STATES } from '#base/catalogue/vm-life-cycle';
import { SNAPSHOT_NAME } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Named {
  readonly name: string;
}

export const vmSnapshot: CommandDefinition<'vm.snapshot', { readonly vm: string } & Named> = defineVmCommand<
  'vm.snapshot',
  Named
>({
  op: 'vm.snapshot',
  from: VM_STATES,
  more: { name: SNAPSHOT_NAME },
  tells: ({ name }) => ({ name }),
  run: (vm, { name }, { snapshots }) => snapshots.take(vm, name),
});

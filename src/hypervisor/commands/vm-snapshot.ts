/** A snapshot of a VM as it is: memory, registers, devices, disks. The VM runs on. */
import { VM_STATES } from '#base/catalogue/vm-life-cycle';
import { SNAPSHOT_NAME } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';
import { TOGETHER, type Together, vmsTogether } from './together.ts';

interface Args extends Together {
  readonly name: string;
}

export const vmSnapshot: CommandDefinition<'vm.snapshot', { readonly vm: string } & Args> = defineVmCommand<
  'vm.snapshot',
  Args
>({
  op: 'vm.snapshot',
  from: VM_STATES,
  more: { name: SNAPSHOT_NAME, ...TOGETHER },
  tells: ({ name }) => ({ name }),
  // Of several VMs together it made several snapshots, and no one command deletes them.
  undo: ({ vm, name, with: others = [] }) =>
    others.length > 0 ? undefined : { op: 'vm.deleteSnapshot', args: { vm, snapshot: name } },
  run(vm, args, host) {
    const vms = vmsTogether(vm, args, host);
    if (!vms.ok) return vms;
    const taken = host.snapshots.take(vms.value, args.name);
    for (const other of taken.ok ? vms.value : [])
      if (other !== vm) host.vmTable.tell(other, 'info', 'vm-snapshot', { name: args.name });
    return taken;
  },
});

/** Nothing of a VM's disk is broken any more. */
import { VM_STATES } from '#base/catalogue/vm-life-cycle';
import { fail, ok } from '#base/result';
import { DISK } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Mended {
  /** From 0. */
  readonly disk: number;
}

export const vmMendDisk: CommandDefinition<'vm.mendDisk', { readonly vm: string } & Mended> = defineVmCommand<
  'vm.mendDisk',
  Mended
>({
  op: 'vm.mendDisk',
  from: VM_STATES,
  more: { disk: DISK },
  tells: ({ disk }) => ({ disk }),
  run(vm, { disk }) {
    const faults = vm.devices.faultsOf(disk);
    if (faults === undefined) return fail('vm.noDisk', { vm: vm.spec.name, disk });
    faults.clear();
    return ok(null);
  },
});

/** What a VM's disk has come to becomes a layer, which never changes; what is written from now on lies above it. The VM runs on. */
import { VM_STATES } from '#base/catalogue/vm-life-cycle';
import { ok } from '#base/result';
import { DISK, SNAPSHOT_NAME } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Seal {
  /** From 0. */
  readonly disk: number;
  /** What people call the layer. */
  readonly title: string;
}

export const vmSealDisk: CommandDefinition<'vm.sealDisk', { readonly vm: string } & Seal> = defineVmCommand<
  'vm.sealDisk',
  Seal
>({
  op: 'vm.sealDisk',
  from: VM_STATES,
  more: { disk: DISK, title: SNAPSHOT_NAME },
  tells: ({ disk, title }) => ({ disk, title }),
  run(vm, { disk, title }) {
    const found = vm.devices.layeredDisk(disk);
    const sealed = found.ok ? found.value.seal(title) : found;
    return sealed.ok ? ok(null) : sealed;
  },
});

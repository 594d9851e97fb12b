/** A layer that a VM's disk has sealed, and that nothing lies on, is taken out of its tree. */
import { VM_STATES } from '#base/catalogue/vm-life-cycle';
import { DISK, LAYER } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Forget {
  /** From 0. */
  readonly disk: number;
  /** Name of the layer. */
  readonly layer: string;
}

export const vmForgetLayer: CommandDefinition<'vm.forgetLayer', { readonly vm: string } & Forget> =
  defineVmCommand<'vm.forgetLayer', Forget>({
    op: 'vm.forgetLayer',
    from: VM_STATES,
    loses: true,
    more: { disk: DISK, layer: LAYER },
    tells: ({ disk, layer }) => ({ disk, layer }),
    run(vm, { disk, layer }) {
      const found = vm.devices.layeredDisk(disk);
      return found.ok ? found.value.forget(layer) : found;
    },
  });

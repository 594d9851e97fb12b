/** A VM's disk lies on another layer from now on: it goes back, or begins a branch. What was written since the last was sealed is gone. */
import { DISK, LAYER } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Use {
  /** From 0. */
  readonly disk: number;
  /** Name of the layer. */
  readonly layer: string;
}

export const vmUseLayer: CommandDefinition<'vm.useLayer', { readonly vm: string } & Use> = defineVmCommand<
  'vm.useLayer',
  Use
>({
  op: 'vm.useLayer',
  // Software that runs believes that its disk is as it left it.
  from: ['created', 'stopped'],
  loses: true,
  more: { disk: DISK, layer: LAYER },
  layers: ({ layer }) => [layer],
  tells: ({ disk, layer }) => ({ disk, layer }),
  run(vm, { disk, layer }) {
    const found = vm.devices.layeredDisk(disk);
    return found.ok ? found.value.lieOn(layer) : found;
  },
});

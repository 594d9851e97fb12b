/** A disk is plugged into a VM, running or not, empty or on a layer; its guest agent has the guest look. */
import * as v from 'valibot';
import { LIMITS } from '#base/catalogue/limits';
import { LAYERED_DISK_KIND } from '#machine/devices/disk/layers/layered-disk';
import { maybe } from '../shapes/document.ts';
import { LAYER, size } from '../shapes/values.ts';
import { checkLayers } from '../vm/host-layers.ts';
import { plugIn } from '../vm/hot-plug.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Disk {
  readonly sizeBytes: number;
  /** Name of the layer that it lies on: a kept image, or what another disk has sealed. Empty when absent. */
  readonly layer?: string;
}

export const vmPlugDisk: CommandDefinition<'vm.plugDisk', { readonly vm: string } & Disk> = defineVmCommand<
  'vm.plugDisk',
  Disk
>({
  op: 'vm.plugDisk',
  from: ['created', 'stopped', 'running'],
  more: { sizeBytes: size(LIMITS.diskBytes, 512), layer: v.exactOptional(LAYER) },
  layers: ({ layer }) => (layer === undefined ? [] : [layer]),
  tells: ({ sizeBytes }) => ({ bytes: sizeBytes }),
  run(vm, { sizeBytes, layer }, { layers, vmTable }) {
    const content = layer === undefined ? undefined : { kind: LAYERED_DISK_KIND.id, layer };
    const disk = { sizeBytes, ...maybe('content', content) };
    const free = vmTable.passThrough.check({ ...vm.spec, disks: [disk], nics: [] });
    const found = free.ok ? checkLayers({ disks: [disk] }, layers.find) : free;
    return found.ok ? plugIn(vm, 'disk', disk) : found;
  },
});

/** A disk is plugged into a VM, running or not, empty or on a layer, or a physical one whole; its guest agent has the guest look. */
import * as v from 'valibot';
import { DISK_WAY_IDS, type DiskWay, diskWayOf, isPassedThrough } from '#base/catalogue/disk-ways';
import { LIMITS } from '#base/catalogue/limits';
import { fail } from '#base/result';
import type { DiskSpec } from '#base/scenario';
import { LAYERED_DISK_KIND } from '#machine/devices/disk/layers/layered-disk';
import { maybe } from '../shapes/document.ts';
import { DISK, LAYER, NAME, size } from '../shapes/values.ts';
import { checkLayers } from '../vm/host-layers.ts';
import { isFreeDisk, plugIn } from '../vm/hot-plug.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Disk {
  /** Of a physical disk that is given whole its own, whatever is said. */
  readonly sizeBytes: number;
  /** Name of the layer that it lies on: a kept image, or what another disk has sealed. Empty when absent. */
  readonly layer?: string;
  /** Virtio when absent. */
  readonly way?: DiskWay;
  /** The physical disk that it lies on, or that is given whole; the first when absent. */
  readonly on?: string;
  /** The number that it is to get, so that it can be taken out again by that: refused where another one has it. */
  readonly disk?: number;
}

export const vmPlugDisk: CommandDefinition<'vm.plugDisk', { readonly vm: string } & Disk> = defineVmCommand<
  'vm.plugDisk',
  Disk
>({
  op: 'vm.plugDisk',
  from: ['created', 'stopped', 'running'],
  more: {
    sizeBytes: size(LIMITS.diskBytes, 512),
    layer: v.exactOptional(LAYER),
    way: v.exactOptional(v.picklist(DISK_WAY_IDS)),
    on: v.exactOptional(NAME),
    disk: v.exactOptional(DISK),
  },
  layers: ({ layer }) => (layer === undefined ? [] : [layer]),
  undo: ({ vm, disk }) => (disk === undefined ? undefined : { op: 'vm.unplugDisk', args: { vm, disk } }),
  tells: ({ sizeBytes }) => ({ bytes: sizeBytes }),
  run(vm, { sizeBytes, layer, way, on, disk: number }, { layers, storage, vmTable }) {
    const { name } = vm.spec;
    if (way !== undefined && diskWayOf(way).registers) return fail('vm.notPluggableWay', { vm: name, way });
    if (on !== undefined && storage.find(on) === undefined) return fail('host.noDisk', { disk: on });
    if (number !== undefined && !isFreeDisk(vm, number))
      return fail('vm.otherDisk', { vm: name, disk: number });
    const content = layer === undefined ? undefined : { kind: LAYERED_DISK_KIND.id, layer };
    const asked = { sizeBytes, ...maybe('content', content), ...maybe('way', way), ...maybe('on', on) };
    const alone = { ...vm.spec, disks: [asked], nics: [] };
    const free = vmTable.passThrough.check(alone);
    const found = free.ok ? checkLayers(alone, layers.find) : free;
    if (!found.ok) return found;
    const disk: DiskSpec = isPassedThrough(asked) ? vmTable.passThrough.filled(alone).disks[0]! : asked;
    return plugIn(vm, 'disk', disk, number, (to, slot) => vmTable.giveWhole(to, slot));
  },
});

/** What a disk of a VM may do from now on: its part beside others, and how much in a second. What is not said has no limit. */
import { LIMITS } from '#base/catalogue/limits';
import { VM_STATES } from '#base/catalogue/vm-life-cycle';
import { fail, ok } from '#base/result';
import type { DiskLimits } from '#base/scenario';
import { DISK_LIMIT_SHAPES, fillLimits } from '../shapes/disks.ts';
import { DISK, whole } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Limits extends DiskLimits {
  /** From 0. */
  readonly disk: number;
  readonly shares: number;
}

export const vmSetDiskLimits: CommandDefinition<'vm.setDiskLimits', { readonly vm: string } & Limits> =
  defineVmCommand<'vm.setDiskLimits', Limits>({
    op: 'vm.setDiskLimits',
    from: VM_STATES,
    more: {
      disk: DISK,
      shares: whole(LIMITS.diskShares),
      ...DISK_LIMIT_SHAPES,
    },
    tells: ({ disk, shares }) => ({ disk, shares }),
    run(vm, { disk, shares, ...limits }, { storage }) {
      if (vm.devices.passed.some(({ sort, index }) => sort === 'disk' && index === disk))
        return fail('vm.passedSetting', { vm: vm.spec.name, number: disk, setting: 'limits' });
      const place = storage.streamOf(vm.slot, disk);
      if (place === undefined) return fail('vm.noDisk', { vm: vm.spec.name, disk });
      place.disk.setLimits(place.stream, shares, fillLimits(limits));
      return ok(null);
    },
  });

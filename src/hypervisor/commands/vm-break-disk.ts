/** A part of a disk of a VM breaks: requests that touch it fail, and what becomes of those the disk's specification says. */
import * as v from 'valibot';
import { DISK_FAULTS, type DiskFault } from '#base/catalogue/disk-errors';
import { LIMITS } from '#base/catalogue/limits';
import { VM_STATES } from '#base/catalogue/vm-life-cycle';
import { fail, ok } from '#base/result';
import { MOST_BAD_RANGES } from '#machine/devices/disk/disk-faults';
import { DISK, whole } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Broken {
  /** From 0. */
  readonly disk: number;
  /** In bytes. */
  readonly offset: number;
  readonly length: number;
  readonly fails: DiskFault;
}

export const vmBreakDisk: CommandDefinition<'vm.breakDisk', { readonly vm: string } & Broken> =
  defineVmCommand<'vm.breakDisk', Broken>({
    op: 'vm.breakDisk',
    from: VM_STATES,
    more: {
      disk: DISK,
      offset: whole({ least: 0, most: LIMITS.diskBytes.most }),
      length: whole({ least: 1, most: LIMITS.diskBytes.most }),
      fails: v.picklist(DISK_FAULTS),
    },
    undo: ({ vm, disk }) => ({ op: 'vm.mendDisk', args: { vm, disk } }),
    tells: ({ disk, offset, length }) => ({ disk, offset, bytes: length }),
    run(vm, { disk, offset, length, fails }) {
      const faults = vm.devices.faultsOf(disk);
      if (faults === undefined) return fail('vm.noDisk', { vm: vm.spec.name, disk });
      return faults.add({ offset, length, fails })
        ? ok(null)
        : fail('disk.tooBroken', { limit: MOST_BAD_RANGES });
    },
  });

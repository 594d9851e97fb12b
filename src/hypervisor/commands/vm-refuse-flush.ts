/**
 * A flush to come of a VM's disk cannot be kept. Nobody gives this command: a lab notes it when a flush has failed, with the time at which
 * the run went on that came to it, so that where the run is repeated it fails there too.
 */
import * as v from 'valibot';
import { FLUSH_REFUSALS, type FlushRefusal } from '#base/catalogue/disk-errors';
import { VM_STATES } from '#base/catalogue/vm-life-cycle';
import { fail, ok } from '#base/result';
import { DISK, whole } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Refused {
  /** From 0. */
  readonly disk: number;
  /** From 1, of those of this disk. */
  readonly flush: number;
  readonly why: FlushRefusal;
}

export const vmRefuseFlush: CommandDefinition<'vm.refuseFlush', { readonly vm: string } & Refused> =
  defineVmCommand<'vm.refuseFlush', Refused>({
    op: 'vm.refuseFlush',
    from: VM_STATES,
    more: {
      disk: DISK,
      flush: whole({ least: 1, most: Number.MAX_SAFE_INTEGER }),
      why: v.picklist(FLUSH_REFUSALS),
    },
    isQuiet: true,
    run(vm, { disk, flush, why }) {
      const found = vm.devices.layeredDisk(disk);
      if (!found.ok) return found;
      return found.value.refuse(flush, why) ? ok(null) : fail('disk.notLayered', { disk });
    },
  });

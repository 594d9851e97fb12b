/** Which pages a VM accesses is recorded from now on, while it runs, or is not any more; what has been recorded stays to be asked for. */
import * as v from 'valibot';
import { LIMITS } from '#base/catalogue/limits';
import { USUAL_RECORDING_NS } from '#base/catalogue/usual';
import { VM_STATES } from '#base/catalogue/vm-life-cycle';
import { ok } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import { whole } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Setting {
  readonly on: boolean;
  /** From one round to the next; as usual unless said. */
  readonly periodNs?: VirtualNs;
}

export const vmSetRecording: CommandDefinition<'vm.setRecording', { readonly vm: string } & Setting> =
  defineVmCommand<'vm.setRecording', Setting>({
    op: 'vm.setRecording',
    from: VM_STATES,
    more: { on: v.boolean(), periodNs: v.exactOptional(whole(LIMITS.recordingPeriodNs)) },
    isQuiet: true,
    run(vm, { on, periodNs = USUAL_RECORDING_NS }, { management, vmTable }) {
      management.setRecording(vm.slot, on ? periodNs : undefined);
      vmTable.tell(vm, 'info', on ? 'vm.recordingOn' : 'vm.recordingOff', { periodNs });
      return ok(null);
    },
  });

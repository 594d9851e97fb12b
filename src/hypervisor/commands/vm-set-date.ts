/** The date that a VM's clock shows at virtual time 0, from which it has gone on since; that of the lab where none is given. */
import * as v from 'valibot';
import { VM_STATES } from '#base/catalogue/vm-life-cycle';
import { ok } from '#base/result';
import { START_DATE } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Start {
  readonly date?: string;
}

export const vmSetDate: CommandDefinition<'vm.setDate', { readonly vm: string } & Start> = defineVmCommand<
  'vm.setDate',
  Start
>({
  op: 'vm.setDate',
  from: VM_STATES,
  more: { date: v.exactOptional(START_DATE) },
  undo: ({ vm }, before) => before?.earlier ?? { op: 'vm.setDate', args: { vm } },
  run(vm, { date }) {
    vm.devices.rtc.setStart(date);
    return ok(null);
  },
});

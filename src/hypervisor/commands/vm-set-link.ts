/** The cable of one of a VM's cards is pulled or inserted; its driver is told. */
import * as v from 'valibot';
import { VM_STATES } from '#base/catalogue/vm-life-cycle';
import { ok } from '#base/result';
import { CARD } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Link {
  /** From 0. */
  readonly card: number;
  readonly up: boolean;
}

export const vmSetLink: CommandDefinition<'vm.setLink', { readonly vm: string } & Link> = defineVmCommand<
  'vm.setLink',
  Link
>({
  op: 'vm.setLink',
  from: VM_STATES,
  more: { card: CARD, up: v.boolean() },
  isQuiet: true,
  undo: ({ vm, card, up }) => ({ op: 'vm.setLink', args: { vm, card, up: !up } }),
  run(vm, { card, up }, { vmTable }) {
    const set = vmTable.setLink(vm, card, up);
    if (!set.ok) return set;
    vmTable.tell(vm, 'info', up ? 'vm.cableIn' : 'vm.cableOut', { card });
    return ok(null);
  },
});

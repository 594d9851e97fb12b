/** The cable of a card goes to another switch, or to none. Its driver is asked to tell the others where it is. */
import * as v from 'valibot';
import { VM_STATES } from '#base/catalogue/vm-life-cycle';
import { fail, ok } from '#base/result';
import { CARD, NAME } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Network {
  /** From 0. */
  readonly card: number;
  /** Of the host; nothing: the cable lies beside it. */
  readonly switch: string | null;
  /** Where it was, for who may want it back there. */
  readonly was?: string | null;
}

export const vmSetNetwork: CommandDefinition<'vm.setNetwork', { readonly vm: string } & Network> =
  defineVmCommand<'vm.setNetwork', Network>({
    op: 'vm.setNetwork',
    from: VM_STATES,
    more: { card: CARD, switch: v.nullable(NAME), was: v.exactOptional(v.nullable(NAME)) as never },
    isQuiet: true,
    undo: ({ vm, card, switch: at, was }) =>
      was === undefined ? undefined : { op: 'vm.setNetwork', args: { vm, card, switch: was, was: at } },
    run(vm, { card, switch: at }, { vmTable, network }) {
      const plug = network.plugOf(vm.slot, card);
      if (plug === undefined) return fail('vm.noCard', { vm: vm.spec.name, card });
      if (at !== null && !network.switches.has(at)) return fail('network.noSwitch', { switch: at });
      // A device that was given whole is a card of that switch.
      if (vm.devices.passed.some(({ sort, index }) => sort === 'card' && index === card))
        return fail('vm.passedSetting', { vm: vm.spec.name, number: card, setting: 'switch' });
      plug.moveTo(at ?? '');
      vmTable.noteCard(vm.slot, card, plug);
      if (at === null) vmTable.tell(vm, 'info', 'vm.networkLeft', { card });
      else vmTable.tell(vm, 'info', 'vm.networkSet', { card, switch: at });
      vm.devices.announce();
      return ok(null);
    },
  });

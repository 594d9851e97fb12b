/** A network card is plugged into a VM, running or not; its guest agent has the guest look, and gives it its address. */
import * as v from 'valibot';
import { IPV4_PATTERN } from '#base/ipv4';
import { fail } from '#base/result';
import { NAME } from '../shapes/values.ts';
import { plugIn } from '../vm/hot-plug.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Card {
  readonly switch: string;
  readonly address?: string;
}

export const vmPlugCard: CommandDefinition<'vm.plugCard', { readonly vm: string } & Card> = defineVmCommand<
  'vm.plugCard',
  Card
>({
  op: 'vm.plugCard',
  from: ['created', 'stopped', 'running'],
  more: {
    switch: NAME,
    address: v.exactOptional(
      v.pipe(v.string(), v.maxLength(18), v.regex(IPV4_PATTERN, 'scenario.badAddress')),
    ),
  },
  tells: (args) => ({ switch: args.switch }),
  run(vm, { switch: to, address }, { vmTable }) {
    if (!vmTable.hasSwitch(to)) return fail('vm.noSuchSwitch', { vm: vm.spec.name, switch: to });
    return plugIn(vm, 'card', { switch: to, ...(address === undefined ? {} : { address }) });
  },
});

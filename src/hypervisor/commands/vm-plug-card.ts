/** A network card is plugged into a VM, running or not, or a physical one whole; its guest agent has the guest look, and gives it its address. */
import * as v from 'valibot';
import { DISK_WAY_IDS, type DiskWay, diskWayOf, isPassedThrough } from '#base/catalogue/disk-ways';
import { LIMITS } from '#base/catalogue/limits';
import { IPV4_PATTERN } from '#base/ipv4';
import { fail } from '#base/result';
import type { NicSpec } from '#base/scenario';
import { CARD, NAME, whole } from '../shapes/values.ts';
import { isFreeCard, plugIn } from '../vm/hot-plug.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Card extends Pick<NicSpec, 'switch' | 'address' | 'offload' | 'mtu' | 'queues' | 'portAllocation'> {
  /** Virtio when absent. */
  readonly way?: DiskWay;
  /** The number that it is to get, so that it can be taken out again by that, and come back as that: refused where another one has it. */
  readonly card?: number;
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
    offload: v.exactOptional(v.boolean()),
    mtu: v.exactOptional(whole(LIMITS.mtu)),
    queues: v.exactOptional(whole(LIMITS.cardQueues)),
    portAllocation: v.exactOptional(v.literal('on-demand')),
    way: v.exactOptional(v.picklist(DISK_WAY_IDS)),
    card: v.exactOptional(CARD),
  },
  undo: ({ vm, card }) => (card === undefined ? undefined : { op: 'vm.unplugCard', args: { vm, card } }),
  tells: (args) => ({ switch: args.switch }),
  run(vm, { vm: name, card, ...nic }, { vmTable }) {
    if (!vmTable.hasSwitch(nic.switch)) return fail('vm.noSuchSwitch', { vm: name, switch: nic.switch });
    if (nic.way !== undefined && diskWayOf(nic.way).registers)
      return fail('vm.notPluggableWay', { vm: name, way: nic.way });
    if (card !== undefined && !isFreeCard(vm, card)) return fail('vm.otherCard', { vm: name, card });
    if (isPassedThrough(nic)) {
      const free = vmTable.passThrough.check({ ...vm.spec, disks: [], nics: [nic] });
      if (!free.ok) return free;
    }
    return plugIn(vm, 'card', nic, card, (to, slot) => vmTable.giveWhole(to, slot));
  },
});

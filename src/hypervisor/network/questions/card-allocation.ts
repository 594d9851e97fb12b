/** What the cards of each switch were given, fixed and on demand: how much of it is reserved, used, and left over, by the same figures. */
import { diskWayOf } from '#base/catalogue/disk-ways';
import { ok } from '#base/result';
import { isThere } from '#base/slots';
import { NS_PER_S } from '#base/virtual-time';
import type { Host } from '../../host.ts';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { NOT_PLUGGED } from '../plug.ts';
import type { BandwidthView } from '../switch-parts/bandwidth/view.ts';
import type { VirtualSwitch } from '../virtual-switch.ts';

export type CardAllocation = 'fixed' | 'on-demand';

/** Ports of the cards of one allocation. */
export interface PortsAllocated {
  readonly switch: string;
  readonly allocation: CardAllocation;
  readonly cards: number;
  /** Cards that have a port now. */
  readonly reserved: number;
  /** Of these, cards that a driver uses. */
  readonly used: number;
  /** Of these, cards that nobody uses: what is reserved for nothing. */
  readonly left: number;
}

/** Bandwidth of the cards of a switch, in bits per second: means since it was given out. */
export interface BandwidthAllocated {
  readonly switch: string;
  readonly allocation: CardAllocation;
  readonly whole: number;
  /** Now: reserved for cards, or in the hands of those that send. */
  readonly reserved: number;
  readonly used: number;
  /** Of what was used, what cards had of others' shares. */
  readonly borrowed: number;
  readonly left: number;
  /** What cards sent and did not get through. */
  readonly refused: number;
}

export interface CardAllocations {
  readonly ports: readonly PortsAllocated[];
  readonly bandwidth: readonly BandwidthAllocated[];
}

export const cardAllocation: Question<'card-allocation', object, CardAllocations> = defineQuestion({
  id: 'card-allocation',
  text: {
    en: 'ports and bandwidth of cards, fixed and on demand: what is reserved, used, and left over',
    zh: '网卡的端口与带宽（固定与按需）：预留了多少、用了多少、剩余多少',
  },
  arguments: {},
  ask(_, host) {
    const switches = [...host.network.switches.values()];
    return ok({
      ports: switches.flatMap(({ name }) => portsOf(host, name)),
      bandwidth: switches.flatMap(bandwidthOf),
    });
  },
});

function portsOf(host: Host, name: string): PortsAllocated[] {
  const cards = host.vmTable.list().flatMap((vm) =>
    vm.spec.nics.flatMap((nic, card) => {
      const plug = isThere(nic) ? host.network.plugOf(vm.slot, card) : undefined;
      if (plug?.switchName !== name) return [];
      // Cards behind registers have no driver that says so: who runs may use them.
      const isUsed = plug.isUsed || (diskWayOf(nic.way).registers && vm.isRunning);
      const hasPort = plug.port !== NOT_PLUGGED;
      return [{ isOnDemand: plug.isOnDemand, hasPort, isUsed: hasPort && isUsed }];
    }),
  );
  return (['fixed', 'on-demand'] as const).flatMap((allocation) => {
    const own = cards.filter(({ isOnDemand }) => isOnDemand === (allocation === 'on-demand'));
    const reserved = own.filter(({ hasPort }) => hasPort).length;
    const used = own.filter(({ isUsed }) => isUsed).length;
    if (own.length === 0) return [];
    return [{ switch: name, allocation, cards: own.length, reserved, used, left: reserved - used }];
  });
}

function bandwidthOf({ name, parts }: VirtualSwitch): BandwidthAllocated[] {
  const view = parts.list.find(({ id }) => id === 'bandwidth')?.part.view?.() as BandwidthView | undefined;
  if (view === undefined) return [];
  const { allocation, bitsPerSecond: whole, allocatedBitsPerSecond: reserved, spanNs, ports } = view;
  const mean = (bytesOf: (port: BandwidthView['ports'][number]) => number): number =>
    spanNs <= 0
      ? 0
      : Math.round((8 * ports.reduce((sum, port) => sum + bytesOf(port), 0)) / (spanNs / NS_PER_S));
  const used = mean(({ passedBytes }) => passedBytes);
  return [
    {
      ...{ switch: name, allocation, whole, reserved, used },
      borrowed: mean(({ borrowedBytes }) => borrowedBytes),
      left: Math.max(0, whole - used),
      refused: mean(({ endedBytes }) => endedBytes),
    },
  ];
}

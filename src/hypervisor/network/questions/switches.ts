/** The switches of a host: ports with what hangs there, counters, forwarding table. */
import { ok } from '#base/result';
import type { CounterRow } from '#machine/devices/counters';
import type { Host } from '../../host.ts';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { formatMac } from '../ether-frame.ts';

export interface SwitchPort {
  readonly port: number;
  /** The VM and its card; absent for an uplink. */
  readonly vm?: string;
  readonly nic?: number;
  /** For an uplink: the index of its link in the scenario. */
  readonly uplink?: number;
  /** The card's own, whether it has been heard or not. */
  readonly mac?: string;
  readonly link: 'up' | 'down';
  /** From the switch's side: received from the card, sent to the card. Counts of ether frames. */
  readonly rxFrames: number;
  readonly rxBytes: number;
  readonly txFrames: number;
  readonly txBytes: number;
  readonly drops: number;
  /** What its stages have counted, of those that have counted anything. */
  readonly counted: readonly (CounterRow & { readonly stage: string; readonly value: number })[];
}

export interface SwitchState {
  readonly name: string;
  readonly ports: readonly SwitchPort[];
  readonly forwarding: readonly { readonly mac: string; readonly port: number; readonly ageNs: number }[];
}

export const switches: Question<'switches', object, readonly SwitchState[]> = defineQuestion({
  id: 'switches',
  text: {
    en: 'switches of the host: who hangs at which port, what went through, who was learnt where',
    zh: '主机的交换机：哪个端口接了谁、通过了什么、在何处学到了谁',
  },
  arguments: {},
  ask: (_, host) => ok(switchesOf(host)),
});

function switchesOf(host: Host): SwitchState[] {
  const vms = new Map(host.vms().map((vm) => [vm.slot, vm]));
  return [...host.network.switches].map(([name, each]) => {
    const table = each.table();
    return {
      name,
      ports: each.ports.map((port) => {
        const card = host.network.cardAt(name, port.index);
        const vm = card === undefined ? undefined : vms.get(card.slot);
        const mac = vm?.macs[card?.card ?? 0];
        const uplink = host.network.uplinks.find(
          ({ port: own, settings }) => own === port.index && settings.switch === name,
        );
        const { counters } = port;
        return {
          port: port.index,
          ...(vm === undefined ? {} : { vm: vm.spec.name }),
          ...(card === undefined ? {} : { nic: card.card }),
          ...(uplink === undefined ? {} : { uplink: uplink.settings.link }),
          ...(mac === undefined ? {} : { mac }),
          link:
            port.up && (vm === undefined || host.vmTable.isLinked(vm, card?.card ?? 0))
              ? ('up' as const)
              : ('down' as const),
          rxFrames: counters.framesIn,
          rxBytes: counters.bytesIn,
          txFrames: counters.framesOut,
          txBytes: counters.bytesOut,
          drops: counters.dropped,
          counted: port.stages.flatMap(({ id: stage, counters: counts, counterRows }) =>
            counterRows.flatMap((row) => {
              const value = counts[row.id] ?? 0;
              return value === 0 ? [] : [{ ...row, stage, value }];
            }),
          ),
        };
      }),
      forwarding: table.map(({ mac, port, seenAt }) => ({
        mac: formatMac(mac),
        port,
        ageNs: Math.max(0, host.now - seenAt),
      })),
    };
  });
}

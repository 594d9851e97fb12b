/** The switches of a host: ports with what hangs there, counters, forwarding table. */
import type { SwitchState } from '#bridge/protocol/answers';
import { formatMac, type Host } from '#hypervisor/host';

export function switches(host: Host): SwitchState[] {
  const vms = new Map(host.vms().map((vm) => [vm.slot, vm]));
  return [...host.network.switches].map(([name, each]) => {
    const table = each.table();
    return {
      name,
      ports: each.ports.map((port) => {
        const card = host.network.cardAt(name, port.index);
        const vm = card === undefined ? undefined : vms.get(card.slot);
        const mac = table.find((entry) => entry.port === port.index)?.mac;
        const { counters } = port;
        return {
          port: port.index,
          ...(vm === undefined ? {} : { vm: vm.spec.name }),
          ...(card === undefined ? {} : { nic: card.card }),
          ...(mac === undefined ? {} : { mac: formatMac(mac) }),
          link: port.up ? ('up' as const) : ('down' as const),
          rxFrames: counters.framesIn,
          rxBytes: counters.bytesIn,
          txFrames: counters.framesOut,
          txBytes: counters.bytesOut,
          drops:
            counters.droppedQueueFull +
            counters.droppedRunt +
            counters.droppedGiant +
            counters.droppedBadSource +
            counters.droppedLinkDown,
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

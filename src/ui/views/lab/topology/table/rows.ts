/** The rows of the topology's tables: nodes, and what joins them. Plain data, no React. */
import type { VmState } from '#base/catalogue/vm-life-cycle';
import { isThere } from '#base/slots';
import type { LabDescription } from '#bridge/protocol/answers';
import type { MenuObject } from '../../../../parts/object-menu.tsx';
import { switchPlaceText } from '../../../../parts/switch-place.ts';
import { cableKey, hostLinkKey, linkKey, trunkKey } from '../flow-elements.ts';
import { applianceKey, switchKey, vmKey } from '../layout.ts';
import { appliancePortKey, cardKey, type Port, type Ports, trunkEndKey, uplinkKey } from '../use-ports.ts';

export interface NodeRow {
  /** Of the node in the graph. */
  readonly key: string;
  readonly name: string;
  readonly kind: 'host' | 'vm' | 'switch' | 'appliance';
  /** Which kind of appliance. */
  readonly appliance?: string;
  /** Where it is. */
  readonly host: string;
  readonly state?: VmState;
  readonly ports: number;
  /** Bytes a second, both ways; null where it is not known yet. */
  readonly rate: number | null;
  readonly drops: number | null;
  readonly of: MenuObject;
}

export interface LinkRow {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  /** The port of the switch; of a link between hosts and of a trunk that of its first end. */
  readonly port: Port | undefined;
  readonly address?: string;
}

/** What its ports come to together. */
function sums(own: readonly Port[]): Pick<NodeRow, 'ports' | 'rate' | 'drops'> {
  let rate: number | null = 0;
  let drops = 0;
  for (const { fromRate, toRate, state } of own) {
    rate = rate === null || fromRate === null || toRate === null ? null : rate + fromRate + toRate;
    drops += state.drops;
  }
  return { ports: own.length, rate, drops };
}

export function nodeRowsOf(lab: LabDescription, ports: Ports): readonly NodeRow[] {
  const all = [...ports.values()];
  return lab.hosts.flatMap((host, index): NodeRow[] => {
    const own = all.filter((port) => port.host === index);
    return [
      {
        ...{ key: host.name, name: host.name, kind: 'host', host: '' },
        ...sums([]),
        of: { kind: 'host', host: index },
      },
      ...host.vms.map(({ spec, state }): NodeRow => {
        const { name } = spec;
        return {
          ...{ key: vmKey(host.name, name), name, kind: 'vm', host: host.name, state },
          ...sums(own.filter((port) => port.state.vm === name)),
          of: { kind: 'vm', host: index, vm: name },
        };
      }),
      ...host.switches.map((name): NodeRow => {
        const key = switchKey(host.name, name);
        return {
          ...{ key, name, kind: 'switch', host: host.name },
          ...sums(own.filter((port) => port.switch === name)),
          of: { kind: 'switch', node: key },
        };
      }),
      ...(host.appliances ?? []).map(({ spec: { name, kind } }): NodeRow => {
        const key = applianceKey(host.name, name);
        return {
          ...{ key, name, kind: 'appliance', appliance: kind, host: host.name },
          ...sums(own.filter((port) => port.state.appliance === name)),
          of: { kind: 'appliance', host: index, appliance: name, node: key },
        };
      }),
    ];
  });
}

export function linkRowsOf(lab: LabDescription, ports: Ports): readonly LinkRow[] {
  const cards = lab.hosts.flatMap((host, index) =>
    host.vms.flatMap(({ spec: { name, nics } }) =>
      nics.flatMap((nic, card): LinkRow[] =>
        isThere(nic)
          ? [
              {
                key: linkKey(host.name, name, card),
                from: `${name}/${card}`,
                to: nic.switch,
                port: ports.get(cardKey(index, name, card)),
                ...(nic.address === undefined ? {} : { address: nic.address }),
              },
            ]
          : [],
      ),
    ),
  );
  const cables = lab.hosts.flatMap((host, index) =>
    (host.appliances ?? []).flatMap(({ spec: { name }, ports: own }) =>
      own.map(
        (port): LinkRow => ({
          key: cableKey(host.name, name, port.name),
          from: `${name}/${port.name}`,
          to: port.switch,
          port: ports.get(appliancePortKey(index, name, port.name)),
        }),
      ),
    ),
  );
  const trunks = lab.hosts.flatMap((host, index) =>
    (host.trunks ?? []).map(({ a, b, number = 0 }): LinkRow => {
      const port = ports.get(trunkEndKey(index, number, a));
      return { key: trunkKey(host.name, number), from: a, to: b, port };
    }),
  );
  const between = lab.links.map(({ a, b }, link): LinkRow => {
    const port = ports.get(uplinkKey(a.host, link));
    return { key: hostLinkKey(link), from: switchPlaceText(lab, a), to: switchPlaceText(lab, b), port };
  });
  return [...cards, ...cables, ...trunks, ...between];
}

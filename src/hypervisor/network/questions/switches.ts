/** The switches of a host: ports with what hangs there, counters, forwarding table. */
import { ok } from '#base/result';
import type { PortSettings, Settings } from '#base/scenario';
import { NS_PER_S } from '#base/virtual-time';
import type { CounterRow } from '#machine/devices/counters';
import { BARE_SLOT } from '../../bare/slot.ts';
import type { Host } from '../../host.ts';
import { metricOver } from '../../monitor/series.ts';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { formatMac } from '../ether-frame.ts';
import { NOT_PLUGGED, type Plug } from '../plug.ts';
import type { SwitchPort as Port } from '../switch-port.ts';
import type { VirtualSwitch } from '../virtual-switch.ts';

/** What something has counted, of what it has counted at all. */
type Counted = CounterRow & { readonly value: number };

export interface SwitchPort {
  readonly port: number;
  /** What commands call it. */
  readonly name: string;
  /** The VM and its card; absent for an uplink. */
  readonly vm?: string;
  readonly nic?: number;
  /** Its card is the bare machine's. */
  readonly ofHost?: true;
  /** For an uplink: the index of its link in the scenario. */
  readonly uplink?: number;
  /** For the end of a trunk: its number. */
  readonly trunk?: number;
  /** What hangs there and is no VM. */
  readonly appliance?: string;
  /** The card's own, whether it has been heard or not. */
  readonly mac?: string;
  readonly link: 'up' | 'down';
  /** From the switch's side: received from the card, sent to the card. Counts of ether frames. */
  readonly rxFrames: number;
  readonly rxBytes: number;
  readonly txFrames: number;
  readonly txBytes: number;
  /** Bytes a second over the last second that was sampled: known of a moment as it is opened; absent before there are samples. */
  readonly rxRate?: number;
  readonly txRate?: number;
  readonly drops: number;
  /** What its stages have counted, of those that have counted anything. */
  readonly counted: readonly (Counted & { readonly stage: string })[];
  /** Settings of its stages, as somebody said. */
  readonly settings: PortSettings;
  /** What stages show of themselves besides, by their names. */
  readonly shows: Readonly<Record<string, object>>;
}

/** What a switch has beside its ports. */
export interface SwitchPartState {
  readonly part: string;
  readonly settings: Settings;
  readonly counted: readonly Counted[];
  /** What the part shows of itself. */
  readonly shows?: object;
}

export interface SwitchState {
  readonly name: string;
  readonly ports: readonly SwitchPort[];
  /** Cards that have a port while a driver uses them, and have none now: what commands would call their ports. */
  readonly withoutPort?: readonly string[];
  readonly forwarding: readonly {
    readonly mac: string;
    readonly port: number;
    readonly ageNs: number;
    /** When it was heard last. */
    readonly seenAtNs: number;
    /** The VLAN; 0 where there are none. */
    readonly domain: number;
  }[];
  readonly parts: readonly SwitchPartState[];
  /** What became of frames that it took. */
  readonly counters: Readonly<Record<string, number>>;
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
  return [...host.network.switches.values()].map((each) => ({
    name: each.name,
    ports: each.ports.map((port) => portOf(host, each, port)),
    ...withoutPort(host, each),
    forwarding: each.table().map(({ mac, port, seenAt, domain }) => ({
      ...{ mac: formatMac(mac), port, domain },
      ageNs: Math.max(0, host.now - seenAt),
      seenAtNs: seenAt,
    })),
    parts: each.parts.list.map(({ id, part, counters, counterRows }) => {
      const shows = part.view?.();
      return {
        ...{ part: id, settings: each.parts.settings[id] ?? {}, counted: counted(counterRows, counters) },
        ...(shows === undefined ? {} : { shows }),
      };
    }),
    counters: { ...each.counters },
  }));
}

function withoutPort(host: Host, { name }: VirtualSwitch): Pick<SwitchState, 'withoutPort'> {
  const cards = host.vmTable.list().flatMap(({ slot, spec }) =>
    spec.nics.flatMap((_, card) => {
      const plug = host.network.plugOf(slot, card);
      return plug?.switchName === name && plug.isOnDemand && plug.port === NOT_PLUGGED ? [plug.name] : [];
    }),
  );
  return cards.length === 0 ? {} : { withoutPort: cards };
}

function portOf(host: Host, at: VirtualSwitch, port: Port): SwitchPort {
  const { network } = host;
  const card = network.cardAt(at.name, port.index);
  const vm = card === undefined ? undefined : host.vmTable.at(card.slot);
  const mac = card?.slot === BARE_SLOT ? host.bare?.macs[card.card] : vm?.macs[card?.card ?? 0];
  const isHere = ({ switch: plugged, port: index }: Plug): boolean => plugged === at && index === port.index;
  const uplink = network.uplinks.find(({ plug }) => isHere(plug));
  const trunk = network.trunks.find(({ a, b }) => isHere(a) || isHere(b));
  const appliance = network.appliances.find(({ plugs }) => plugs.some(isHere));
  const { counters } = port;
  const rate = (metric: 'port-bytes-in' | 'port-bytes-out') =>
    metricOver(host, { metric, part: `${at.name}/${port.name}` }, NS_PER_S)?.average;
  const [rxRate, txRate] = [rate('port-bytes-in'), rate('port-bytes-out')];
  const isLinked = vm === undefined || host.vmTable.isLinked(vm, card?.card ?? 0);
  return {
    ...{ port: port.index, name: port.name },
    ...(vm === undefined ? {} : { vm: vm.spec.name }),
    ...(card === undefined ? {} : { nic: card.card }),
    ...(card?.slot === BARE_SLOT ? { ofHost: true } : {}),
    ...(uplink === undefined ? {} : { uplink: uplink.settings.link }),
    ...(trunk === undefined ? {} : { trunk: trunk.number }),
    ...(appliance === undefined ? {} : { appliance: appliance.name }),
    ...(mac === undefined ? {} : { mac }),
    link: port.up && isLinked ? 'up' : 'down',
    rxFrames: counters.framesIn,
    rxBytes: counters.bytesIn,
    txFrames: counters.framesOut,
    txBytes: counters.bytesOut,
    ...(rxRate === undefined ? {} : { rxRate }),
    ...(txRate === undefined ? {} : { txRate }),
    drops: counters.dropped,
    counted: port.stages.flatMap(({ id: stage, counters: counts, counterRows }) =>
      counted(counterRows, counts).map((row) => ({ ...row, stage })),
    ),
    settings: port.settings,
    shows: Object.fromEntries(
      port.stages.flatMap(({ id, stage }) => {
        const shown = stage.view?.();
        return shown === undefined ? [] : [[id, shown]];
      }),
    ),
  };
}

function counted(rows: readonly CounterRow[], counts: Readonly<Record<string, number>>): Counted[] {
  return rows.flatMap((row) => {
    const value = counts[row.id] ?? 0;
    return value === 0 ? [] : [{ ...row, value }];
  });
}

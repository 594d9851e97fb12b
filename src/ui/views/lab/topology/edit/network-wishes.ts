/** What a person may want of switches, of cables between them, and of appliances: each with what takes it back. Plain data, no React. */
import { freeAddressAt, type WiredLab } from '#base/card-conflicts';
import type { TrunkSpec } from '#base/scenario';
import { isThere } from '#base/slots';
import type {
  ApplianceDescription,
  HostDescription,
  LabDescription,
  SwitchPlace,
} from '#bridge/protocol/answers';
import type { Command } from '#bridge/protocol/lab-api';
import { applianceDeed } from '../../../../parts/appliance/set-appliance.ts';
import type { Deed } from '../../../../parts/deeds/deeds.ts';
import { takenNames } from '../../../../parts/taken-names.ts';
import type { Wish } from './wiring.ts';

type ApplianceSpec = ApplianceDescription['spec'];

function commands(host: number, there: readonly Command[], back: readonly Command[]): Deed {
  return { kind: 'commands', host, there, back };
}
function command(host: number, there: Command, back: Command): Deed {
  return { kind: 'command', host, there, back };
}

/** The first name of this beginning that nothing on the host has. */
export function freeName(host: HostDescription, beginning: string): string {
  const taken = takenNames(host);
  for (let number = 1; ; number++) {
    const name = number === 1 ? beginning : `${beginning}-${number}`;
    if (!taken.has(name)) return name;
  }
}

export function newSwitchWish(host: number, description: HostDescription): Wish {
  const name = freeName(description, 'switch');
  const spec = { name };
  return {
    id: 'newSwitch',
    data: { host: description.name },
    deed: command(
      host,
      { op: 'network.addSwitch', args: { switch: spec } },
      { op: 'network.removeSwitch', args: { switch: name, was: spec } },
    ),
  };
}

/**
 * A switch goes away: before that the cables of what hangs at it are taken out, and trunks away. It comes back as it was, where it was, with
 * all of them. Ends of links between hosts stay where they are, so their switches do, too.
 */
export function removeSwitchWish(lab: LabDescription, host: number, name: string): Wish | undefined {
  const description = lab.hosts[host];
  const isEnd = (end: SwitchPlace): boolean => end.host === host && end.switch === name;
  if (description === undefined || lab.links.some(({ a, b }) => isEnd(a) || isEnd(b))) return undefined;
  const { switches, switchParts = {}, trunks = [], appliances = [], vms } = description;
  // In the order in which a host that is made of all this plugs it in: each gets the port that it had.
  const hanging = [
    ...trunks.filter(({ a, b }) => a === name || b === name).map((trunk) => removeTrunkWish(host, trunk)),
    ...appliances.flatMap(({ spec, ports }) =>
      ports.flatMap((port) =>
        port.switch === name ? [moveApplianceWish(host, { spec, ports }, port.name, null)] : [],
      ),
    ),
    ...vms.flatMap(({ spec: { name: vm, nics } }) =>
      nics.flatMap((nic, card) =>
        isThere(nic) && nic.switch === name ? [moveCardWish(host, vm, card, name, null)] : [],
      ),
    ),
  ].flatMap((wish) => (wish?.deed.kind === 'command' ? [wish.deed] : []));
  const parts = switchParts[name];
  const was = { name, ...(parts === undefined ? {} : { parts }) };
  const place = switches.indexOf(name);
  return {
    id: 'removeSwitch',
    data: { switch: name },
    deed: commands(
      host,
      [
        ...hanging.map(({ there }) => there).reverse(),
        { op: 'network.removeSwitch', args: { switch: name, was, place } },
      ],
      [{ op: 'network.addSwitch', args: { switch: was, place } }, ...hanging.map(({ back }) => back)],
    ),
  };
}

/** @param at its place among the others; the last unless said */
function addAppliance(appliance: ApplianceSpec, at?: number): Command {
  return { op: 'network.addAppliance', args: { appliance, ...(at === undefined ? {} : { place: at }) } };
}
function removeAppliance(appliance: ApplianceSpec, at?: number): Command {
  const place = at === undefined ? {} : { place: at };
  return { op: 'network.removeAppliance', args: { appliance: appliance.name, was: appliance, ...place } };
}

/** Who hears whom in a lab, for addresses that are free: over trunks too, and appliances have addresses. */
export function wiredOf(lab: LabDescription): WiredLab {
  const hosts = lab.hosts.map(({ vms, appliances = [] }) => ({
    vms: [
      ...vms,
      ...appliances.map(({ spec, ports }) => ({
        spec: {
          name: spec.name,
          nics: ports.map((port) => ({
            switch: port.switch,
            ...(typeof spec['address'] === 'string' ? { address: spec['address'] } : {}),
          })),
        },
      })),
    ],
  }));
  const trunks = lab.hosts.flatMap((host, index) =>
    (host.trunks ?? []).map(({ a, b }) => ({
      a: { host: index, switch: a },
      b: { host: index, switch: b },
    })),
  );
  return { hosts, links: [...lab.links, ...trunks] };
}

/** A gateway at a switch, with an address that is free there. */
export function newGatewayWish(lab: LabDescription, host: number, switchName: string): Wish | undefined {
  const description = lab.hosts[host];
  if (description === undefined) return undefined;
  const address = freeAddressAt(wiredOf(lab), { host, switch: switchName });
  const spec = {
    ...{ name: freeName(description, 'gateway'), kind: 'gateway', switch: switchName },
    ...(address === undefined ? {} : { address }),
  };
  return {
    id: 'newGateway',
    data: { switch: switchName },
    deed: command(host, addAppliance(spec), removeAppliance(spec)),
  };
}

export function removeApplianceWish(lab: LabDescription, host: number, { spec }: ApplianceDescription): Wish {
  const place = placeOf(lab, host, spec);
  return {
    id: 'removeAppliance',
    data: { name: spec.name },
    deed: command(host, removeAppliance(spec, place), addAppliance(spec, place)),
  };
}

/** Which of its host's appliances it is, from 0. */
function placeOf({ hosts }: LabDescription, host: number, { name }: ApplianceSpec): number {
  return (hosts[host]?.appliances ?? []).findIndex(({ spec }) => spec.name === name);
}

/** An interface of an appliance that has several. */
type Interface = {
  readonly port: string;
  readonly switch: string;
  readonly [other: string]: string | number;
};
function interfacesOf(spec: ApplianceSpec): readonly Interface[] | undefined {
  const { interfaces } = spec as { readonly interfaces?: readonly Interface[] };
  return interfaces;
}

/** An address for who joins a switch: one that is free there, else one of a network that has the number of the interface. */
function addressAt(lab: LabDescription, host: number, switchName: string, number: number): string {
  const wired = wiredOf(lab);
  const hasAddress = wired.hosts[host]?.vms.some(({ spec }) =>
    spec.nics.some(({ switch: at, address }) => at === switchName && address !== undefined),
  );
  const free = hasAddress === true ? freeAddressAt(wired, { host, switch: switchName }) : undefined;
  return free ?? `10.0.${number}.1/24`;
}

/** A router with its first interface; further ones come with cables. */
export function newRouterWish(lab: LabDescription, host: number, switchName: string): Wish | undefined {
  const description = lab.hosts[host];
  if (description === undefined) return undefined;
  const interfaces = [{ port: 'p1', switch: switchName, address: addressAt(lab, host, switchName, 1) }];
  const spec = { name: freeName(description, 'router'), kind: 'router', interfaces };
  return {
    id: 'newRouter',
    data: { switch: switchName },
    deed: command(host, addAppliance(spec), removeAppliance(spec)),
  };
}

/** A cable from an appliance to a switch: one that lies beside, else one more interface where it can have several, else its only one. */
export function joinWish(
  lab: LabDescription,
  host: number,
  appliance: ApplianceDescription,
  to: string,
): Wish | undefined {
  const { spec, ports } = appliance;
  const interfaces = interfacesOf(spec);
  const [lying] = interfaces === undefined ? ports : ports.filter((port) => port.switch === '');
  if (interfaces === undefined || lying !== undefined)
    return moveApplianceWish(host, appliance, lying?.name ?? '', to);
  const taken = new Set(interfaces.map(({ port }) => port));
  let number = interfaces.length + 1;
  while (taken.has(`p${number}`)) number += 1;
  const added = { port: `p${number}`, switch: to, address: addressAt(lab, host, to, number) };
  return {
    id: 'joinAppliance',
    data: { name: spec.name, switch: to },
    deed: setInterfaces(host, spec, [...interfaces, added]),
  };
}

/** An interface of an appliance goes away with its cable: one of several, whatever VLANs it has. */
export function leaveWish(host: number, { spec }: ApplianceDescription, port: string): Wish | undefined {
  const interfaces = interfacesOf(spec) ?? [];
  const others = interfaces.filter((each) => each.port !== port);
  if (others.length === 0 || others.length === interfaces.length) return undefined;
  const data = { name: spec.name, port };
  return { id: 'leaveAppliance', data, deed: setInterfaces(host, spec, others) };
}
function setInterfaces(host: number, spec: ApplianceSpec, interfaces: readonly Interface[]): Deed {
  return applianceDeed(host, spec, { ...spec, interfaces } as ApplianceSpec);
}

/** The cable of an appliance goes to another switch, or out of it: nothing, it lies beside. */
export function moveApplianceWish(
  host: number,
  { spec: { name: appliance }, ports }: ApplianceDescription,
  port: string,
  to: string | null,
): Wish | undefined {
  const found = ports.find(({ name }) => name === port);
  const from = found?.switch === '' ? null : found?.switch;
  if (from === undefined || from === to) return undefined;
  const set = (at: string | null, was: string | null): Command => ({
    op: 'network.moveAppliance',
    args: { appliance, port, switch: at, was },
  });
  return {
    id: to === null ? 'pull' : 'moveAppliance',
    data: { name: appliance, switch: to ?? '' },
    deed: command(host, set(to, from), set(from, to)),
  };
}

function addTrunk(trunk: TrunkSpec): Command {
  return { op: 'network.addTrunk', args: { trunk } };
}
function removeTrunk(trunk: TrunkSpec): Command {
  return { op: 'network.removeTrunk', args: { trunk: trunk.number ?? 0, was: trunk } };
}

/** A cable between two switches of a host. */
export function newTrunkWish(
  host: number,
  { trunks = [] }: HostDescription,
  a: string,
  b: string,
): Wish | undefined {
  if (a === b) return undefined;
  // The number is said, so that it can be taken away again by that.
  const number = 1 + Math.max(-1, ...trunks.map((trunk) => trunk.number ?? 0));
  const trunk = { a, b, number };
  return { id: 'newTrunk', data: { a, b }, deed: command(host, addTrunk(trunk), removeTrunk(trunk)) };
}

export function removeTrunkWish(host: number, trunk: TrunkSpec): Wish {
  return {
    id: 'removeTrunk',
    data: { a: trunk.a, b: trunk.b },
    deed: command(host, removeTrunk(trunk), addTrunk(trunk)),
  };
}

/** An end of a trunk goes to another switch. */
export function moveTrunkWish(host: number, trunk: TrunkSpec, from: string, to: string): Wish | undefined {
  const end = trunk.a === from ? { a: to, b: trunk.b } : { a: trunk.a, b: to };
  if (from === to || end.a === end.b) return undefined;
  const there = { ...trunk, ...end };
  return {
    id: 'moveTrunk',
    data: { switch: to },
    deed: commands(host, [removeTrunk(trunk), addTrunk(there)], [removeTrunk(there), addTrunk(trunk)]),
  };
}

/** The cable of a card goes to another switch, or out of it: nothing, it lies beside. */
export function moveCardWish(
  host: number,
  vm: string,
  card: number,
  from: string | null,
  to: string | null,
): Wish | undefined {
  if (from === to) return undefined;
  const set = (at: string | null, was: string | null): Command => ({
    op: 'vm.setNetwork',
    args: { vm, card, switch: at, was },
  });
  return {
    id: 'moveCard',
    data: { vm, card, switch: to ?? '' },
    deed: command(host, set(to, from), set(from, to)),
  };
}

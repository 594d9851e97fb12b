/**
 * Conflicts between cards of VMs that hear each other: at one switch, or at switches that links between hosts join. The one
 * rule for VMs of scenarios and for those that are created later; the page's form and the command line ask it.
 */
import { LIMITS } from './catalogue/limits.ts';
import { type NoStation, nextFree, noStation, stationOf } from './ipv4.ts';
import type { LabError } from './result.ts';
import type { NicSpec, VmSpec } from './scenario.ts';

interface SwitchEnd {
  readonly host: number;
  readonly switch: string;
}
/** What of a lab is needed here, by the indices of its hosts. */
export interface WiredLab {
  readonly hosts: readonly { readonly vms: readonly { readonly spec: Pick<VmSpec, 'name' | 'nics'> }[] }[];
  readonly links: readonly { readonly a: SwitchEnd; readonly b: SwitchEnd }[];
}

/** A card, and whose it is. */
interface Card {
  readonly host: number;
  readonly vm: string;
  readonly nic: NicSpec;
}

/** What is wrong with a card: the code of its sentence, with data. */
export interface CardConflict extends LabError {
  readonly code: `card.${NoStation | 'addressTaken' | 'macTaken'}`;
}

/** All cards that hear what is sent at a switch. */
function cardsAt({ hosts, links }: WiredLab, at: SwitchEnd): Card[] {
  const key = (end: SwitchEnd): string => `${end.host}/${end.switch}`;
  const reached = new Set([key(at)]);
  for (let before = 0; before < reached.size; ) {
    before = reached.size;
    for (const { a, b } of links) {
      if (reached.has(key(a))) reached.add(key(b));
      if (reached.has(key(b))) reached.add(key(a));
    }
  }
  return hosts.flatMap(({ vms }, host) =>
    vms.flatMap(({ spec: { name, nics } }) =>
      nics
        .filter((nic) => reached.has(key({ host, switch: nic.switch })))
        .map((nic) => ({ host, vm: name, nic })),
    ),
  );
}

/** What is wrong with a card of a VM: its address is no station's, or somebody who hears it has address or MAC already. */
export function cardConflicts(lab: WiredLab, { host, vm, nic }: Card): CardConflict[] {
  const others = cardsAt(lab, { host, switch: nic.switch }).filter(
    (other) => other.host !== host || other.vm !== vm || other.nic !== nic,
  );
  const found: CardConflict[] = [];
  const { address, mac } = nic;
  if (address !== undefined) {
    const kind = noStation(address);
    if (kind !== undefined) found.push({ code: `card.${kind}`, data: { vm, address } });
    const station = stationOf(address);
    const twin = others.find(
      (other) => other.nic.address !== undefined && stationOf(other.nic.address) === station,
    );
    if (twin !== undefined)
      found.push({ code: 'card.addressTaken', data: { vm, address: station, other: twin.vm } });
  }
  const twin = mac === undefined ? undefined : others.find((other) => other.nic.mac === mac);
  if (mac !== undefined && twin !== undefined)
    found.push({ code: 'card.macTaken', data: { vm, address: mac, other: twin.vm } });
  return found;
}

/** Cards that a host is told of: each of a lab once, if its links do not join switches of one host. */
export const MOST_HEARD: number = LIMITS.vms * LIMITS.nicsPerVm;

/** A card that a host does not see, but one of its switches hears over the links of the lab. */
export interface HeardCard {
  readonly switch: string;
  /** Whose it is. */
  readonly vm: string;
  readonly address?: string;
  readonly mac?: string;
}

/** What a host hears from elsewhere at each of its switches that a link leads to. */
export function heardBy(lab: WiredLab, host: number): HeardCard[] {
  const ends = lab.links.flatMap(({ a, b }) => [a, b]).filter((end) => end.host === host);
  const switches = [...new Set(ends.map((end) => end.switch))];
  const heard = switches.flatMap((name) =>
    cardsAt(lab, { host, switch: name })
      .filter((card) => card.host !== host || card.nic.switch !== name)
      .map(({ vm, nic: { address, mac } }) => ({
        ...{ switch: name, vm },
        ...(address === undefined ? {} : { address }),
        ...(mac === undefined ? {} : { mac }),
      })),
  );
  return heard.slice(0, MOST_HEARD);
}

/** A host with what it hears, as a lab of two: the host, and all that is elsewhere, joined by switches of the same names. */
export function hearing(vms: WiredLab['hosts'][number]['vms'], heard: readonly HeardCard[]): WiredLab {
  const elsewhere = heard.map(({ vm, ...nic }) => ({ spec: { name: vm, nics: [nic] } }));
  const switches = [...new Set(heard.map((card) => card.switch))];
  return {
    hosts: [{ vms }, { vms: elsewhere }],
    links: switches.map((name) => ({ a: { host: 0, switch: name }, b: { host: 1, switch: name } })),
  };
}

/** What is wrong with the cards of a VM that is there. */
export function vmConflicts(
  lab: WiredLab,
  host: number,
  { name, nics }: Pick<VmSpec, 'name' | 'nics'>,
): CardConflict[] {
  return nics.flatMap((nic) => cardConflicts(lab, { host, vm: name, nic }));
}

/** Where nobody has an address, networks begin here. */
const FIRST_NETWORK = '10.0.0.0/24';

/** The next free address for a card at a switch, in the network of those that it hears; nothing when that has none left. */
export function freeAddressAt(lab: WiredLab, at: SwitchEnd): string | undefined {
  const addresses = cardsAt(lab, at).flatMap(({ nic }) => nic.address ?? []);
  return nextFree(addresses.at(-1) ?? FIRST_NETWORK, new Set(addresses.map(stationOf)));
}

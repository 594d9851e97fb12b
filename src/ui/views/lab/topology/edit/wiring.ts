/** What a cable could mean that a person draws from one node to another: a card that is plugged in, a trunk, an appliance that moves. Plain data, no React. */
import { freeAddressAt } from '#base/card-conflicts';
import { LIMITS } from '#base/catalogue/limits';
import { isThere, nextNumber } from '#base/slots';
import type {
  ApplianceDescription,
  HostDescription,
  LabDescription,
  VmDescription,
} from '#bridge/protocol/answers';
import type { Command } from '#bridge/protocol/lab-api';
import type { Deed } from '../../../../parts/deeds/deeds.ts';
import { setStage } from '../../../../parts/switch/changes.ts';
import { cableOf, cardOf, trunkOf } from '../facts.ts';
import { applianceKey, switchKey, vmKey } from '../layout.ts';
import {
  joinWish,
  moveApplianceWish,
  moveCardWish,
  moveTrunkWish,
  newTrunkWish,
  removeTrunkWish,
  wiredOf,
} from './network-wishes.ts';

/** Something that a person may want, with its text (`wiring.<id>`). */
export interface Wish {
  readonly id: string;
  readonly data: Readonly<Record<string, string | number>>;
  readonly deed: Deed;
}

/** A node that a cable can go to. */
type End =
  | { readonly kind: 'vm'; readonly host: number; readonly vm: VmDescription }
  | { readonly kind: 'appliance'; readonly host: number; readonly appliance: ApplianceDescription }
  | { readonly kind: 'switch'; readonly host: number; readonly name: string };

export function endOf(lab: LabDescription, key: string): End | undefined {
  for (const [host, { name, vms, switches, appliances = [] }] of lab.hosts.entries()) {
    const vm = vms.find(({ spec }) => vmKey(name, spec.name) === key);
    if (vm !== undefined) return { kind: 'vm', host, vm };
    const appliance = appliances.find(({ spec }) => applianceKey(name, spec.name) === key);
    if (appliance !== undefined) return { kind: 'appliance', host, appliance };
    const found = switches.find((each) => switchKey(name, each) === key);
    if (found !== undefined) return { kind: 'switch', host, name: found };
  }
  return undefined;
}

/** The number that the next card of a VM gets; nothing where it can have no more. */
function nextCard(vm: VmDescription): number | undefined {
  const card = nextNumber(vm.spec.nics);
  return card < LIMITS.nicsPerVm ? card : undefined;
}

/** A new card of a VM at a switch, with an address that is free there. */
export function plugWish(
  lab: LabDescription,
  host: number,
  vm: VmDescription,
  switchName: string,
): Wish | undefined {
  const card = nextCard(vm);
  if (card === undefined || !['created', 'stopped', 'running'].includes(vm.state)) return undefined;
  const { name } = vm.spec;
  const address = freeAddressAt(wiredOf(lab), { host, switch: switchName });
  const args = { vm: name, switch: switchName, ...(address === undefined ? {} : { address }), card };
  return {
    id: 'plug',
    data: { vm: name, switch: switchName },
    deed: {
      kind: 'command',
      host,
      there: { op: 'vm.plugCard', args },
      back: { op: 'vm.unplugCard', args: { vm: name, card } },
    },
  };
}

/** A card's cable pulled, or inserted. */
export function linkWish(host: number, vm: string, card: number, up: boolean): Wish {
  const args = { vm, card };
  return {
    id: up ? 'insert' : 'pull',
    data: args,
    deed: {
      kind: 'command',
      host,
      there: { op: 'vm.setLink', args: { ...args, up } },
      back: { op: 'vm.setLink', args: { ...args, up: !up } },
    },
  };
}

/** A card taken out; only one that was plugged in can be. It comes back with its port set as it was, and its cable in or not. */
export function unplugWish(
  host: number,
  { spec }: VmDescription,
  card: number,
  isUp = true,
): Wish | undefined {
  const nic = spec.nics[card];
  if (nic?.slot === undefined || !isThere(nic)) return undefined;
  const { slot, way, mac, port = {}, ...again } = nic;
  const { name: vm } = spec;
  const of = { host, switch: nic.switch, port: `${vm}/${card}` };
  const stages = Object.entries(port).map(
    ([stage, settings]) => setStage(of, { stage, settings, was: null }).there,
  );
  const pull: readonly Command[] = isUp ? [] : [{ op: 'vm.setLink', args: { vm, card, up: false } }];
  return {
    id: 'unplug',
    data: { vm, card },
    deed: {
      ...{ kind: 'commands', host, there: [{ op: 'vm.unplugCard', args: { vm, card } }] },
      back: [{ op: 'vm.plugCard', args: { vm, ...again, card } }, ...stages, ...pull],
    },
  };
}

/** What of a VM a cable to a switch of its host can mean. */
function vmWishes(lab: LabDescription, host: number, vm: VmDescription, switchName: string): readonly Wish[] {
  const { name, nics } = vm.spec;
  const lying = nics.flatMap((nic, card) =>
    isThere(nic) && nic.switch === '' ? [moveCardWish(host, name, card, null, switchName)] : [],
  );
  return [...lying, plugWish(lab, host, vm, switchName)].filter((wish) => wish !== undefined);
}

/** What a cable between two nodes could mean; nothing where there can be none. */
export function wishesOf(lab: LabDescription, from: string, to: string): readonly Wish[] {
  const [one, other] = [endOf(lab, from), endOf(lab, to)];
  const at = one?.kind === 'switch' ? one : other;
  const end = at === one ? other : one;
  if (at?.kind !== 'switch' || end === undefined || end.host !== at.host) return [];
  const { host, name } = at;
  if (end.kind === 'vm') return vmWishes(lab, host, end.vm, name);
  const description = lab.hosts[host];
  if (description === undefined) return [];
  const wish =
    end.kind === 'appliance'
      ? joinWish(lab, host, end.appliance, name)
      : newTrunkWish(host, description, name, end.name);
  return wish === undefined ? [] : [wish];
}

/** What becomes of a link whose end at a switch is drawn to another node, or onto nothing; `off`: that it came from, of a trunk. */
export function dropWish(
  lab: LabDescription,
  link: string,
  off: string,
  to: string | null,
): Wish | undefined {
  const end = to === null ? undefined : endOf(lab, to);
  const card = cardOf(lab, link);
  const found = trunkOf(lab, link);
  const cable = cableOf(lab, link);
  if (card !== undefined) {
    const { host, vm } = card;
    const { name, nics } = vm.spec;
    if (to === null) return linkWish(host, name, card.card, false);
    const from = nics[card.card]?.switch ?? '';
    return end?.kind === 'switch' && end.host === host
      ? moveCardWish(host, name, card.card, from, end.name)
      : undefined;
  }
  if (to === null) {
    if (found !== undefined) return removeTrunkWish(found.host, found.trunk);
    return cable && moveApplianceWish(cable.host, cable.appliance, cable.port.name, null);
  }
  if (end?.kind !== 'switch') return undefined;
  if (found !== undefined && found.host === end.host) {
    const from = endOf(lab, off);
    return from?.kind === 'switch' ? moveTrunkWish(end.host, found.trunk, from.name, end.name) : undefined;
  }
  return cable !== undefined && cable.host === end.host
    ? moveApplianceWish(end.host, cable.appliance, cable.port.name, end.name)
    : undefined;
}

/** What a cable from a switch or an appliance to each switch of its host could mean, without drawing. */
export function wishesToSwitches(lab: LabDescription, node: string): readonly Wish[] {
  const { name: host, switches = [] } = lab.hosts[endOf(lab, node)?.host ?? -1] ?? {};
  return host === undefined ? [] : switches.flatMap((each) => wishesOf(lab, node, switchKey(host, each)));
}

/** What could be done with a VM's cards, without drawing. */
export function wishesOfVm(lab: LabDescription, host: number, vm: VmDescription): readonly Wish[] {
  const { switches = [] } = (lab.hosts[host] ?? {}) as Partial<HostDescription>;
  return switches.flatMap((name) => vmWishes(lab, host, vm, name));
}

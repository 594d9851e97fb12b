/** The router's row of the table of appliances: what a scenario may say of one, and what follows for its ports. */

import * as v from 'valibot';
import { IPV4_PATTERN, isInNetworkOf } from '#base/ipv4';
import { Later } from '#base/later';
import { addressBytes } from '#base/packets/values';
import type { SettingsOf } from '#machine/kind';
import { type ApplianceKind, type AppliancePort, defineAppliance, type WayOut } from '../appliance.ts';
import { isIpv6 } from '../gateway/wire/address.ts';
import { ADDRESS, IPV4, isNetwork, NETWORK_OF_ANY, whole } from '../shapes.ts';
import { MOST_INTERFACES, MOST_ROUTES } from './bounds.ts';
import { ROUTER_COUNTERS } from './counters.ts';

const PortName = v.pipe(v.string(), v.maxLength(15), v.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'scenario.badName'));
const NetworkOfIpv6 = v.pipe(
  v.string(),
  v.maxLength(64),
  v.check((text) => {
    const address = addressBytes(text.split('/')[0] ?? '');
    return isNetwork(text) && text.endsWith('/64') && address !== undefined && isIpv6(address);
  }, 'scenario.badNetwork6'),
);
const Interface = v.strictObject({
  /** Interfaces of one port share its cable, each with a VLAN of its own. */
  port: PortName,
  /** Of its host; interfaces of one port name the same. */
  switch: v.string(),
  /** Its frames bear the tag of this VLAN; without, none. */
  vlan: v.exactOptional(whole(1, 4094)),
  /** Its address, with the length of the network. */
  address: v.pipe(v.string(), v.regex(IPV4_PATTERN, 'scenario.badAddress')),
  /** Network of IPv6, of 64 bits, in which the router has the first address and tells stations of itself. */
  network6: v.exactOptional(NetworkOfIpv6),
  /** Its address of IPv6 with the length of the network (64); without `network6` another router is that of the stations there. */
  address6: v.exactOptional(NetworkOfIpv6),
});
/** An interface as a scenario says it. */
export interface GivenInterface {
  readonly port: string;
  readonly switch: string;
  readonly vlan?: number;
  readonly address: string;
  readonly network6?: string;
  readonly address6?: string;
}

const SETTINGS = {
  interfaces: v.pipe(
    v.array(Interface),
    v.minLength(1),
    v.maxLength(MOST_INTERFACES),
    v.check((given) => isConsistent(given), 'scenario.interfacesClash'),
  ),
  /** Ways beyond the networks of its interfaces: the longest prefix holds. */
  routes: v.optional(
    v.pipe(v.array(v.strictObject({ to: NETWORK_OF_ANY, via: ADDRESS })), v.maxLength(MOST_ROUTES)),
    [],
  ),
  /** Packets end whose sender would not be reached by the interface that they came by (RFC 3704). */
  reversePath: v.optional(v.boolean(), true),
  mtu: v.optional(whole(1280, 1500), 1500),
  /** Who gives stations their addresses and answers for names: who asks for an address is passed on to it (RFC 2131, §4.1). */
  relay: v.exactOptional(IPV4),
};
type Given = SettingsOf<typeof SETTINGS>;

function isConsistent(interfaces: readonly GivenInterface[]): boolean {
  return interfaces.every((one, place) =>
    interfaces
      .slice(0, place)
      .every((other) => other.port !== one.port || (other.switch === one.switch && other.vlan !== one.vlan)),
  );
}

/** Ports by name, as they are named first. One whose interfaces all have VLANs is a trunk of these at its switch. */
function portsOf(given: Given): readonly AppliancePort[] {
  const { interfaces } = given;
  const names = [...new Set(interfaces.map(({ port }) => port))];
  return names.map((name) => {
    const here = interfaces.filter(({ port }) => port === name);
    const trunk = here.flatMap(({ vlan }) => vlan ?? []);
    const isTrunk = trunk.length === here.length;
    const out = here.flatMap((each) => wayOut(given, each));
    return { name, switch: here[0]?.switch ?? '', out, ...(isTrunk ? { port: { vlan: { trunk } } } : {}) };
  });
}
/** Out of the network of an interface, unless the router itself goes on by it. */
function wayOut({ routes, relay }: Given, { address }: GivenInterface): WayOut[] {
  const next = routes.find(({ to }) => to === '0.0.0.0/0')?.via;
  if (next !== undefined && isInNetworkOf(next, address)) return [];
  return [{ router: address, ...(relay === undefined ? {} : { names: relay }) }];
}

const CODE = new Later(() => import('./make.ts'));

export const ROUTER: ApplianceKind = defineAppliance({
  ...{ id: 'router', settings: SETTINGS, counters: ROUTER_COUNTERS },
  later: { code: CODE, words: ['router'] },
  // Known with its code, which comes before any state is read.
  get state() {
    return CODE.isHere ? CODE.here.ROUTER_STATE : undefined;
  },
  ports: portsOf,
  moved: (settings, port, switchName) => {
    const interfaces = v.parse(SETTINGS.interfaces, settings['interfaces']);
    const isHere = (each: GivenInterface): boolean => each.port === port;
    return {
      ...settings,
      interfaces: interfaces.map((each) => (isHere(each) ? { ...each, switch: switchName } : each)),
    };
  },
  create: (settings, context, counters) =>
    CODE.here.makeRouter(
      settings,
      portsOf(settings).map(({ name }) => name),
      context,
      counters,
    ),
});

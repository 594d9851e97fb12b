/** The gateway's row of the table of appliances: what a scenario may say of one, what follows from it, and what a person sees of it. */
import * as v from 'valibot';
import { IPV4_PATTERN } from '#base/ipv4';
import { partState, stateIn } from '#base/state/part';
import { NS_PER_S } from '#base/virtual-time';
import type { SettingsOf } from '#machine/kind';
import { type ApplianceKind, defineAppliance } from '../appliance.ts';
import { GATEWAY_COUNTERS } from './counters.ts';
import { MOST_LEASES } from './dhcp/server.ts';
import type { NamedStation } from './dns/names.ts';
import { Gateway, type GatewaySettings } from './gateway.ts';
import { SITES } from './internet/sites.ts';
import { GATEWAY_STATE } from './state.ts';
import { gatewayView } from './view.ts';
import {
  type Address,
  addressAfter,
  addressOf,
  IPV4_BYTES,
  isInNetwork,
  isIpv6,
  parseAddress,
} from './wire/address.ts';

const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const Ipv4 = v.pipe(
  v.string(),
  v.check((text) => parseAddress(text)?.length === IPV4_BYTES, 'no address of IPv4'),
);
const NetworkOfIpv6 = v.pipe(
  v.string(),
  v.check((text) => isNetwork6(text), 'no network of 64 bits, as 2001:db8:1::/64'),
);
const Name = v.pipe(v.string(), v.maxLength(63), v.regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/));
const Domain = v.pipe(v.string(), v.maxLength(63), v.regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/));

const ENTRIES = {
  /** The switch of its host at which the inner network is. */
  switch: v.string(),
  /** Its address there, with the length of the network. */
  address: v.optional(v.pipe(v.string(), v.regex(IPV4_PATTERN)), '10.0.0.1/24'),
  /** Network of IPv6, of 64 bits; an empty text for none. */
  network6: v.optional(v.union([v.literal(''), NetworkOfIpv6]), '2001:db8:1::/64'),
  /** The address that all stations have outside. */
  outside: v.optional(Ipv4, '192.0.2.1'),
  /** Addresses that it gives: how many (none: it gives none), from which on (the hundredth of the network unless said), for how long. */
  leases: v.optional(whole(0, MOST_LEASES), 100),
  firstLease: v.optional(Ipv4),
  leaseSeconds: v.optional(whole(60, 604_800), 3600),
  domain: v.optional(Domain, 'lab.internal'),
  /** Stations that ask for no address, by name. */
  names: v.optional(
    v.pipe(
      v.record(Name, Ipv4),
      v.check((names) => Object.keys(names).length <= 64),
    ),
    {},
  ),
  mtu: v.optional(whole(576, 1500), 1500),
  /** How far places outside are, one way, by their id; those not named are as far as they are. */
  delaysNs: v.optional(
    v.pipe(
      v.record(v.string(), whole(0, 10 * NS_PER_S)),
      v.check(
        (delays) => Object.keys(delays).every((id) => SITES.some((site) => site.id === id)),
        'no such place',
      ),
    ),
    {},
  ),
} as const;

function isNetwork6(text: string): boolean {
  const [address = '', length] = text.split('/');
  const parsed = parseAddress(address);
  return (
    length === '64' &&
    parsed !== undefined &&
    isIpv6(parsed) &&
    parsed.subarray(8).every((byte) => byte === 0)
  );
}

/** 02-67-77 and three bytes of the seed: an address of nobody's making. */
function ownMac(seed: number): number {
  return 0x0267_7700_0000 + (seed & 0xff_ffff);
}

function resolved(settings: SettingsOf<typeof ENTRIES>, seed: number): GatewaySettings {
  const [own = '', length = ''] = settings.address.split('/');
  const address = addressOf(own);
  const prefix = Number(length);
  const { domain, mtu } = settings;
  const network6 = settings.network6 === '' ? undefined : addressOf(settings.network6.split('/')[0] ?? '');
  const names = Object.entries(settings.names).map(
    ([name, text]): NamedStation => ({ name: `${name}.${domain}`, addresses: [addressOf(text)] }),
  );
  const delays = settings.delaysNs;
  return {
    ...{ link: { mac: ownMac(seed), mtu, address, prefix, network6 }, outside: addressOf(settings.outside) },
    ...{ domain, names, dhcp: leasesOf(settings, address, prefix) },
    delayNs: (id) => delays[id] ?? SITES.find((site) => site.id === id)?.delayNs ?? 0,
  };
}

/** As many as lie in the network: a range that begins outside of it gives none. */
function leasesOf(
  settings: SettingsOf<typeof ENTRIES>,
  address: Address,
  prefix: number,
): GatewaySettings['dhcp'] {
  const mask = addressAfter(addressOf('0.0.0.0'), prefix === 0 ? 0 : 2 ** 32 - 2 ** (32 - prefix));
  const network = address.map((byte, index) => byte & mask[index]!);
  const broadcast = network.map((byte, index) => byte | (~mask[index]! & 0xff));
  const size = 2 ** (32 - prefix);
  const usual = addressAfter(network, Math.min(100, Math.max(1, Math.floor(size / 2))));
  const first = settings.firstLease === undefined ? usual : addressOf(settings.firstLease);
  if (!isInNetwork(first, network, prefix)) return undefined;
  const place = (which: Address): number => new DataView(which.buffer).getUint32(0);
  const count = Math.min(settings.leases, place(broadcast) - place(first));
  if (count <= 0) return undefined;
  const { domain, mtu, leaseSeconds } = settings;
  return {
    ...{ server: address, prefix, first, count, leaseSeconds },
    network: { mask, broadcast, router: address, nameServer: address, domain, mtu },
  };
}

export const GATEWAY: ApplianceKind = defineAppliance({
  ...{ id: 'gateway', settings: ENTRIES, counters: GATEWAY_COUNTERS, state: GATEWAY_STATE },
  ports: (settings) => [{ name: 'inside', switch: settings.switch }],
  create: (settings, context, counters) => {
    const gateway = new Gateway(resolved(settings, context.seed), {
      ...{ seed: context.seed, counters, now: () => context.now() },
      send: (frame) => context.send(0, frame),
      schedule: (at, data) => context.schedule(at, data),
      cancel: (data) => context.cancel(data),
    });
    return {
      receive: (_, frame) => gateway.receive(frame),
      timer: (data) => gateway.timer(data),
      view: () => gatewayView(gateway, context.now()),
      capture: () => partState(GATEWAY_STATE, gateway.capture()),
      restore: (state) => gateway.restore(stateIn(GATEWAY_STATE, state)),
    };
  },
});

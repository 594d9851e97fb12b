/** The gateway's row of the table of appliances: what a scenario may say of one, what follows from it, and what a person sees of it. */
import * as v from 'valibot';
import { IPV4_PATTERN } from '#base/ipv4';
import { Later } from '#base/later';
import { addressBytes } from '#base/packets/values';
import { NS_PER_S } from '#base/virtual-time';
import { type ApplianceKind, defineAppliance } from '../appliance.ts';
import { ADDRESS, IPV4, isNetwork, NETWORK_OF_ANY, whole } from '../shapes.ts';
import { MOST_GATEWAY_ROUTES, MOST_LEASES, SITE_IDS } from './bounds.ts';
import { GATEWAY_COUNTERS } from './counters.ts';
import { isInNetwork, isIpv6, parted } from './wire/address.ts';

const NetworkOfIpv6 = v.pipe(
  v.string(),
  v.check((text) => isNetwork6(text), 'scenario.badNetwork6'),
);
const Name = v.pipe(
  v.string(),
  v.maxLength(63),
  v.regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'scenario.badName'),
);
const Domain = v.pipe(
  v.string(),
  v.maxLength(63),
  v.regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'scenario.badDomain'),
);

const ENTRIES = {
  /** The switch of its host at which the inner network is. */
  switch: v.string(),
  /** Its address there, with the length of the network. */
  address: v.optional(v.pipe(v.string(), v.regex(IPV4_PATTERN, 'scenario.badAddress')), '10.0.0.1/24'),
  /** Network of IPv6, of 64 bits; an empty text for none. */
  network6: v.optional(v.union([v.literal(''), NetworkOfIpv6]), '2001:db8:1::/64'),
  /** The address that all stations have outside. */
  outside: v.optional(IPV4, '192.0.2.1'),
  /** Addresses that it gives: how many (none: it gives none), from which on (the hundredth of the network unless said), for how long. */
  leases: v.optional(whole(0, MOST_LEASES), 100),
  firstLease: v.optional(IPV4),
  leaseSeconds: v.optional(whole(60, 604_800), 3600),
  domain: v.optional(Domain, 'lab.internal'),
  /** Stations that ask for no address, by name. */
  names: v.optional(v.pipe(v.record(Name, IPV4), v.maxEntries(64)), {}),
  mtu: v.optional(whole(576, 1500), 1500),
  /**
   * Networks behind routers of the inner one, none within another: stations there go out here too, and get their addresses here where the
   * router passes on who asks for one.
   */
  routes: v.exactOptional(
    v.pipe(
      v.array(
        v.strictObject({
          to: NETWORK_OF_ANY,
          /** The router's address in the inner network, of the same version. */
          via: ADDRESS,
        }),
      ),
      v.maxLength(MOST_GATEWAY_ROUTES),
      v.check((routes) => routes.every(isOfOneVersion), 'scenario.badIp'),
      v.check((routes) => areApart(routes.map(({ to }) => to)), 'scenario.networksOverlap'),
    ),
  ),
  /** How far places outside are, one way, by their id; those not named are as far as they are. */
  delaysNs: v.optional(
    v.pipe(
      v.record(v.string(), whole(0, 10 * NS_PER_S)),
      v.check(
        (delays) => Object.keys(delays).every((id) => SITE_IDS.some((site) => site === id)),
        'scenario.noSite',
      ),
    ),
    {},
  ),
} as const;

function isNetwork6(text: string): boolean {
  const [address = '', length] = text.split('/');
  const parsed = addressBytes(address);
  return (
    length === '64' &&
    parsed !== undefined &&
    isIpv6(parsed) &&
    parsed.subarray(8).every((byte) => byte === 0)
  );
}

function isOfOneVersion({ to, via }: { readonly to: string; readonly via: string }): boolean {
  return addressBytes(to.split('/')[0] ?? '')?.length === addressBytes(via)?.length;
}
/** No network has an address of another. */
function areApart(networks: readonly string[]): boolean {
  if (!networks.every(isNetwork)) return true;
  return networks.every((one, place) =>
    networks.every((other, at) => {
      const [[network, prefix], [address]] = [parted(other), parted(one)];
      return at === place || !isInNetwork(address, network, prefix);
    }),
  );
}

const CODE = new Later(() => import('./make.ts'));

export const GATEWAY: ApplianceKind = defineAppliance({
  ...{ id: 'gateway', settings: ENTRIES, counters: GATEWAY_COUNTERS },
  later: { code: CODE, words: ['gateway'] },
  // Known with its code, which comes before any state is read.
  get state() {
    return CODE.isHere ? CODE.here.GATEWAY_STATE : undefined;
  },
  ports: (settings) => [{ name: 'inside', switch: settings.switch, out: [{ router: settings.address }] }],
  moved: (settings, _, switchName) => ({ ...settings, switch: switchName }),
  create: (settings, context, counters) => CODE.here.makeGateway(settings, context, counters),
});

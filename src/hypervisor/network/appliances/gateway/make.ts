/** Makes a gateway of what a scenario says of it: all of its code, which comes when there is to be one. */
import { partState, stateIn } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import type { Counters } from '#machine/devices/counters';
import type { Appliance, ApplianceContext } from '../appliance.ts';
import type { GatewayCounter } from './counters.ts';
import type { DhcpSettings } from './dhcp/server.ts';
import type { NamedStation } from './dns/names.ts';
import { Gateway, type GatewaySettings } from './gateway.ts';
import { SITES } from './internet/sites.ts';
import { GATEWAY_STATE } from './state.ts';
import { gatewayView } from './view.ts';
import {
  type Address,
  addressAfter,
  addressOf,
  isInNetwork,
  isIpv6,
  networkOf,
  parted,
} from './wire/address.ts';
import { u32 } from './wire/bytes.ts';

export { GATEWAY_STATE } from './state.ts';

/** What a scenario says of it, with what it leaves out filled in; `kind.ts` says what each is. */
export interface GivenGateway {
  readonly address: string;
  readonly network6: string;
  readonly outside: string;
  readonly leases: number;
  readonly firstLease?: string | undefined;
  readonly leaseSeconds: number;
  readonly domain: string;
  readonly names: Readonly<Record<string, string>>;
  readonly mtu: number;
  readonly routes?: readonly { readonly to: string; readonly via: string }[] | undefined;
  readonly delaysNs: Readonly<Record<string, VirtualNs>>;
}

/** 02-67-77 and three bytes of the seed: an address of nobody's making. */
function ownMac(seed: number): number {
  return 0x0267_7700_0000 + (seed & 0xff_ffff);
}

function resolved(settings: GivenGateway, seed: number): GatewaySettings {
  const [address, prefix] = parted(settings.address);
  const { domain, mtu } = settings;
  const network6 = settings.network6 === '' ? undefined : parted(settings.network6)[0];
  const names = Object.entries(settings.names).map(
    ([name, text]): NamedStation => ({ name: `${name}.${domain}`, addresses: [addressOf(text)] }),
  );
  const delays = settings.delaysNs;
  const own = { to: address, prefix, isOwn: true };
  const routes = (settings.routes ?? []).map(({ to, via }) => {
    const [network, bits] = parted(to);
    return { to: networkOf(network, bits), prefix: bits, via: addressOf(via), isOwn: false };
  });
  return {
    ...{
      link: { mac: ownMac(seed), mtu, address, prefix, network6, answersNames: true },
      outside: addressOf(settings.outside),
    },
    ...{ domain, names, routes },
    dhcp: [own, ...routes].flatMap((network) => leasesOf(settings, address, network) ?? []),
    delayNs: (id) => delays[id] ?? SITES.find((site) => site.id === id)?.delayNs ?? 0,
  };
}

function maskOf(prefix: number): Address {
  return addressAfter(addressOf('0.0.0.0'), prefix === 0 ? 0 : 2 ** 32 - 2 ** (32 - prefix));
}

/**
 * As many as lie in the network: a range that begins outside of it gives none. Behind routers nothing is said of where it begins.
 * @param own the gateway's address
 */
function leasesOf(
  settings: GivenGateway,
  own: Address,
  { to, prefix, isOwn }: { readonly to: Address; readonly prefix: number; readonly isOwn: boolean },
): DhcpSettings | undefined {
  // Of IPv6 stations choose their own.
  if (isIpv6(to)) return undefined;
  const mask = maskOf(prefix);
  const network = networkOf(to, prefix);
  const broadcast = network.map((byte, index) => byte | (~mask[index]! & 0xff));
  const size = 2 ** (32 - prefix);
  const usual = addressAfter(network, Math.min(100, Math.max(1, Math.floor(size / 2))));
  const first = isOwn && settings.firstLease !== undefined ? addressOf(settings.firstLease) : usual;
  if (!isInNetwork(first, network, prefix)) return undefined;
  // The way to everywhere is no network of stations, nor is one that has ours in it.
  if (!isOwn && isInNetwork(own, network, prefix)) return undefined;
  const count = Math.min(settings.leases, u32(broadcast, 0) - u32(first, 0));
  if (count <= 0) return undefined;
  const { domain, mtu, leaseSeconds } = settings;
  return {
    ...{ server: own, prefix, first, count, leaseSeconds },
    network: { mask, broadcast, router: isOwn ? own : undefined, nameServer: own, domain, mtu },
  };
}

export function makeGateway(
  settings: GivenGateway,
  context: ApplianceContext,
  counters: Counters<GatewayCounter>,
): Appliance {
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
}

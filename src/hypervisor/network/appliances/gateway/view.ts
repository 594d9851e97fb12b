/** What a person sees of a gateway: its addresses, what it gave, whom it translates, who is connected, and what lies outside. */
import type { VirtualNs } from '#base/virtual-time';
import { formatMac } from '../../ether-frame.ts';
import { OUTCOME, RECORD } from './dns/message.ts';
import type { Gateway } from './gateway.ts';
import { SITES } from './internet/sites.ts';
import type { NeighbourView } from './neighbours.ts';
import type { TcpState } from './tcp/connection.ts';
import { formatAddress } from './wire/address.ts';
import { PROTOCOL } from './wire/ip.ts';

export interface GatewayView {
  readonly mac: string;
  /** Inside, with the length of its network; and the one that all stations have outside. */
  readonly address: string;
  readonly outside: string;
  readonly domain: string;
  readonly network6?: string;
  /** Networks behind routers. */
  readonly routes: readonly { readonly to: string; readonly via: string }[];
  readonly leases: readonly {
    readonly address: string;
    readonly mac: string;
    readonly hostName: string;
    readonly leftNs: VirtualNs;
  }[];
  readonly neighbours: readonly NeighbourView[];
  readonly mappings: readonly {
    readonly protocol: 'tcp' | 'udp' | 'icmp';
    readonly inside: string;
    readonly outside: string;
    readonly remote: string;
    readonly packetsOut: number;
    readonly packetsIn: number;
    readonly leftNs: VirtualNs;
  }[];
  readonly connections: readonly {
    readonly site: string;
    readonly remote: string;
    readonly state: TcpState;
    /** Bytes that have arrived at the other end. */
    readonly sentBytes: number;
    readonly windowBytes: number;
    readonly congestionWindowBytes: number;
    readonly roundTripNs: VirtualNs;
  }[];
  /** Names that stations asked for lately: the last one first. */
  readonly names: readonly {
    readonly name: string;
    /** The record that was asked for: `A`, `AAAA`, or its number where we know no name of it. */
    readonly type: string;
    readonly from: string;
    readonly outcome: 'answered' | 'noSuchName' | 'refused';
    readonly addresses: readonly string[];
    readonly ageNs: VirtualNs;
  }[];
  readonly sites: readonly {
    readonly id: string;
    readonly name: string;
    readonly addresses: readonly string[];
    readonly delayNs: VirtualNs;
  }[];
  /** Packets on their way to places outside and from there, and those of which pieces are missing. */
  readonly waiting: { readonly out: number; readonly in: number; readonly incomplete: number };
}

/** An address with a port; one of IPv6 in brackets (RFC 3986). */
function withPort(address: Uint8Array, port: number): string {
  const text = formatAddress(address);
  return text.includes(':') ? `[${text}]:${port}` : `${text}:${port}`;
}

function nameOf(protocol: number): 'tcp' | 'udp' | 'icmp' {
  if (protocol === PROTOCOL.tcp) return 'tcp';
  return protocol === PROTOCOL.udp ? 'udp' : 'icmp';
}

function recordName(type: number): string {
  const found = Object.entries(RECORD).find(([, number]) => number === type);
  return found === undefined ? String(type) : found[0].toUpperCase();
}

function outcomeName(outcome: number): GatewayView['names'][number]['outcome'] {
  if (outcome === OUTCOME.fine) return 'answered';
  return outcome === OUTCOME.noSuchName ? 'noSuchName' : 'refused';
}

export function gatewayView(gateway: Gateway, now: VirtualNs): GatewayView {
  const { link, outside, domain, delayNs } = gateway.settings;
  return {
    ...{ mac: formatMac(link.mac), address: `${formatAddress(link.address)}/${link.prefix}` },
    ...{ outside: formatAddress(outside), domain },
    ...(link.network6 === undefined ? {} : { network6: `${formatAddress(link.network6)}/64` }),
    routes: gateway.settings.routes.map(({ to, prefix, via }) => ({
      ...{ to: `${formatAddress(to)}/${prefix}`, via: formatAddress(via) },
    })),
    leases: gateway.leases().map(({ address, mac, hostName, until }) => ({
      ...{ address: formatAddress(address), mac: formatMac(mac), hostName, leftNs: until - now },
    })),
    neighbours: gateway.link.neighbours.view(),
    mappings: gateway.mappings.list().map((each) => ({
      ...{ protocol: nameOf(each.protocol), inside: withPort(each.inside, each.insidePort) },
      ...{ outside: withPort(outside, each.outsidePort), remote: withPort(each.remote, each.remotePort) },
      ...{ packetsOut: each.packetsOut, packetsIn: each.packetsIn, leftNs: each.until - now },
    })),
    connections: gateway.internet.tcp.connections().map((each) => ({
      ...{ site: withPort(each.local, each.localPort), remote: withPort(each.remote, each.remotePort) },
      ...{ state: each.state, sentBytes: Math.max(0, each.acknowledged - 1), windowBytes: each.window },
      ...{ congestionWindowBytes: each.congestionWindow, roundTripNs: each.roundTripNs },
    })),
    names: gateway.asked.list().map(({ name, type, from, outcome, addresses, at }) => ({
      ...{ name, type: recordName(type), from: formatAddress(from), outcome: outcomeName(outcome) },
      ...{ addresses: addresses.map(formatAddress), ageNs: now - at },
    })),
    sites: SITES.map(({ id, name, addresses }) => ({
      ...{ id, name, addresses: addresses.map(formatAddress), delayNs: delayNs(id) },
    })),
    waiting: gateway.waiting(),
  };
}

/**
 * Messages of DHCP (RFC 2131, §2; options of RFC 2132).
 *
 *   0 op  1 kind of network  2 length of its addresses  4 transaction  8 seconds  10 flags  12 client's  16 given  20 server  24 relay
 *   28 card  44 …  236 cookie  240 options
 */
import { macAt } from '../../../ether-frame.ts';
import type { Address } from '../wire/address.ts';
import { putMac } from '../wire/arp.ts';
import { putU16, putU32, u16, u32 } from '../wire/bytes.ts';

export const DHCP_PORT = { server: 67, client: 68 } as const;
export const DHCP_KIND = {
  discover: 1,
  offer: 2,
  request: 3,
  decline: 4,
  ack: 5,
  refusal: 6,
  release: 7,
  inform: 8,
} as const;
const COOKIE = 0x6382_5363;
const OPTIONS_AT = 240;
/** Relays of old take no shorter ones. */
const LEAST_BYTES = 300;
const BROADCAST_FLAG = 0x8000;
const ETHERNET = 0x0106;

const OPTION = {
  ...{ pad: 0, mask: 1, router: 3, nameServer: 6, hostName: 12, domain: 15, mtu: 26, broadcast: 28 },
  ...{ requested: 50, lease: 51, kind: 53, server: 54, renewal: 58, rebinding: 59, end: 255 },
} as const;

export interface DhcpMessage {
  readonly kind: number;
  readonly transaction: number;
  readonly mac: number;
  /** What the client has. */
  readonly address: Address;
  readonly wantsBroadcast: boolean;
  readonly requested?: Address;
  readonly server?: Address;
  /** As the client says: letters, digits and dashes, or nothing. */
  readonly hostName: string;
}

export function readDhcp(bytes: Uint8Array): DhcpMessage | undefined {
  if (bytes.length < OPTIONS_AT || bytes[0] !== 1 || u16(bytes, 1) !== ETHERNET) return undefined;
  if (u32(bytes, 236) !== COOKIE) return undefined;
  const options = readOptions(bytes.subarray(OPTIONS_AT));
  const kind = options.get(OPTION.kind);
  if (kind?.length !== 1) return undefined;
  const addressOf = (option: number): Address | undefined => {
    const value = options.get(option);
    return value?.length === 4 ? value.slice() : undefined;
  };
  const requested = addressOf(OPTION.requested);
  const server = addressOf(OPTION.server);
  return {
    ...{ kind: kind[0]!, transaction: u32(bytes, 4), mac: macAt(bytes, 28), address: bytes.slice(12, 16) },
    ...(requested === undefined ? {} : { requested }),
    ...(server === undefined ? {} : { server }),
    wantsBroadcast: (u16(bytes, 10) & BROADCAST_FLAG) !== 0,
    hostName: hostNameIn(options.get(OPTION.hostName)),
  };
}

/** Each option takes a byte at least. */
function readOptions(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const options = new Map<number, Uint8Array>();
  for (let at = 0; at < bytes.length; ) {
    const option = bytes[at]!;
    if (option === OPTION.end) break;
    if (option === OPTION.pad) {
      at += 1;
      continue;
    }
    const length = bytes[at + 1];
    if (length === undefined || at + 2 + length > bytes.length) break;
    options.set(option, bytes.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return options;
}

/** Longest name of a station. */
export const MOST_HOST_NAME = 63;
function hostNameIn(bytes: Uint8Array | undefined): string {
  const text =
    bytes === undefined || bytes.length > MOST_HOST_NAME ? '' : String.fromCharCode(...bytes).toLowerCase();
  return /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text) ? text : '';
}

export interface DhcpAnswer {
  readonly kind: number;
  /** Nothing where none is given. */
  readonly given?: Address;
  readonly server: Address;
  readonly network?: DhcpNetwork;
  /** In seconds; 0 where it is not given for a time. */
  readonly lease: number;
}
/** What stations of a network are told of it. */
export interface DhcpNetwork {
  readonly mask: Address;
  readonly broadcast: Address;
  readonly router: Address;
  readonly nameServer: Address;
  readonly domain: string;
  readonly mtu: number;
}

export function writeDhcp(to: DhcpMessage, { kind, given, server, network, lease }: DhcpAnswer): Uint8Array {
  const options: number[] = [OPTION.kind, 1, kind, OPTION.server, 4, ...server];
  const number = (option: number, value: number, length: 2 | 4): void => {
    const bytes = new Uint8Array(4);
    putU32(bytes, 0, value);
    options.push(option, length, ...bytes.subarray(4 - length));
  };
  if (lease > 0) {
    number(OPTION.lease, lease, 4);
    number(OPTION.renewal, Math.floor(lease / 2), 4);
    number(OPTION.rebinding, Math.floor((lease * 7) / 8), 4);
  }
  if (network !== undefined) {
    options.push(OPTION.mask, 4, ...network.mask, OPTION.broadcast, 4, ...network.broadcast);
    options.push(OPTION.router, 4, ...network.router, OPTION.nameServer, 4, ...network.nameServer);
    options.push(OPTION.domain, network.domain.length, ...new TextEncoder().encode(network.domain));
    number(OPTION.mtu, network.mtu, 2);
  }
  options.push(OPTION.end);
  const bytes = new Uint8Array(Math.max(LEAST_BYTES, OPTIONS_AT + options.length));
  bytes[0] = 2;
  putU16(bytes, 1, ETHERNET);
  putU32(bytes, 4, to.transaction);
  putU16(bytes, 10, to.wantsBroadcast ? BROADCAST_FLAG : 0);
  if (kind !== DHCP_KIND.refusal) bytes.set(to.address, 12);
  if (given !== undefined) bytes.set(given, 16);
  bytes.set(server, 20);
  putMac(bytes, 28, to.mac);
  putU32(bytes, 236, COOKIE);
  bytes.set(options, OPTIONS_AT);
  return bytes;
}

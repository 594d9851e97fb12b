/**
 * Messages of DHCP (RFC 2131, §2; options of RFC 2132).
 *
 *   0 op  1 kind of network  2 length of its addresses  3 hops  4 transaction  8 seconds  10 flags  12 client's  16 given  20 server  24 relay
 *   28 card  44 …  236 cookie  240 options
 */
import { macAt } from '../../../ether-frame.ts';
import { type Address, isUnspecified } from '../wire/address.ts';
import { putMac } from '../wire/arp.ts';
import { putU16, putU32, u16, u32 } from '../wire/bytes.ts';
import { PROTOCOL, type ReceivedPacket } from '../wire/ip.ts';

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
const OPERATION = { request: 1, reply: 2 } as const;
const COOKIE = 0x6382_5363;
const [HOPS_AT, RELAY_AT, OPTIONS_AT] = [3, 24, 240];
/** Relays of old take no shorter ones. */
const LEAST_BYTES = 300;
const BROADCAST_FLAG = 0x8000;
const ETHERNET = 0x0106;

const OPTION = {
  ...{ pad: 0, mask: 1, router: 3, nameServer: 6, hostName: 12, domain: 15, mtu: 26, broadcast: 28 },
  ...{ requested: 50, lease: 51, kind: 53, server: 54, renewal: 58, rebinding: 59, relay: 82, end: 255 },
} as const;
/** Within what a relay says: stations are to think that the server is it (RFC 5107). */
const SERVER_OVERRIDE = 11;

/** A whole packet to the port at which servers listen, and relays. */
export function isToDhcpServer({ protocol, content, fragment }: ReceivedPacket): boolean {
  const isWhole = protocol === PROTOCOL.udp && fragment === undefined && content.length >= 4;
  return isWhole && u16(content, 2) === DHCP_PORT.server;
}

export interface DhcpMessage {
  readonly kind: number;
  readonly transaction: number;
  readonly mac: number;
  /** What the client has. */
  readonly address: Address;
  readonly wantsBroadcast: boolean;
  readonly requested?: Address;
  readonly server?: Address;
  /** Who passed it on, in the client's network; unspecified where nobody did. */
  readonly relay: Address;
  /** What the relay says of itself: it gets it back. */
  readonly relayInfo?: Uint8Array;
  /** The server that the client is told of, where a relay wants another one. */
  readonly serverOverride?: Address;
  /** As the client says: letters, digits and dashes, or nothing. */
  readonly hostName: string;
}

/** Of clients, or of servers; over ether, and with options. */
function isDhcp(bytes: Uint8Array, operation: (typeof OPERATION)[keyof typeof OPERATION]): boolean {
  if (bytes.length < OPTIONS_AT || bytes[0] !== operation) return false;
  return u16(bytes, 1) === ETHERNET && u32(bytes, 236) === COOKIE;
}

export function readDhcp(bytes: Uint8Array): DhcpMessage | undefined {
  if (!isDhcp(bytes, OPERATION.request)) return undefined;
  const options = readOptions(bytes.subarray(OPTIONS_AT));
  const kind = options.get(OPTION.kind);
  if (kind?.length !== 1) return undefined;
  const addressOf = (option: number): Address | undefined => {
    const value = options.get(option);
    return value?.length === 4 ? value.slice() : undefined;
  };
  const requested = addressOf(OPTION.requested);
  const server = addressOf(OPTION.server);
  const relayInfo = options.get(OPTION.relay)?.slice();
  const serverOverride = relayInfo === undefined ? undefined : overrideIn(relayInfo);
  return {
    ...{ kind: kind[0]!, transaction: u32(bytes, 4), mac: macAt(bytes, 28), address: bytes.slice(12, 16) },
    ...(requested === undefined ? {} : { requested }),
    ...(server === undefined ? {} : { server }),
    relay: bytes.slice(RELAY_AT, RELAY_AT + 4),
    ...(relayInfo === undefined ? {} : { relayInfo }),
    ...(serverOverride === undefined ? {} : { serverOverride }),
    wantsBroadcast: (u16(bytes, 10) & BROADCAST_FLAG) !== 0,
    hostName: hostNameIn(options.get(OPTION.hostName)),
  };
}

interface Option {
  readonly code: number;
  /** Where it begins. */
  readonly at: number;
  readonly value: Uint8Array;
}
/** Options one after the other, the end among them. Each takes a byte at least. */
function* optionsIn(bytes: Uint8Array, from: number, end: number = OPTION.end): Generator<Option> {
  for (let at = from; at < bytes.length; ) {
    const code = bytes[at]!;
    if (code === end) {
      yield { code, at, value: bytes.subarray(at, at) };
      return;
    }
    if (code === OPTION.pad) {
      at += 1;
      continue;
    }
    const length = bytes[at + 1];
    if (length === undefined || at + 2 + length > bytes.length) return;
    yield { code, at, value: bytes.subarray(at + 2, at + 2 + length) };
    at += 2 + length;
  }
}
function readOptions(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> {
  return new Map([...optionsIn(bytes, 0)].map(({ code, value }) => [code, value]));
}
function overrideIn(relayInfo: Uint8Array): Address | undefined {
  // Sub-options have no end of their own (RFC 3046, §2.0).
  for (const { code, value } of optionsIn(relayInfo, 0, -1))
    if (code === SERVER_OVERRIDE && value.length === 4) return value;
  return undefined;
}

/**
 * A client's message as a relay passes it on: with the relay's address in the client's network, by which the server knows which that is, and
 * which the client is told for the server's. Nothing where it is none, or somebody has passed it on before.
 * @param card from which it came
 */
export function relayedMessage(bytes: Uint8Array, relay: Address, card: number): Uint8Array | undefined {
  const message = readDhcp(bytes);
  if (message === undefined || message.mac !== card) return undefined;
  if (message.relayInfo !== undefined || !isUnspecified(message.relay)) return undefined;
  const end = [...optionsIn(bytes, OPTIONS_AT)].at(-1);
  if (end?.code !== OPTION.end) return undefined;
  const more = [OPTION.relay, 6, SERVER_OVERRIDE, 4, ...relay, OPTION.end];
  const passed = new Uint8Array(Math.max(LEAST_BYTES, end.at + more.length));
  passed.set(bytes.subarray(0, end.at));
  passed.set(more, end.at);
  passed[HOPS_AT] = 1;
  passed.set(relay, RELAY_AT);
  return passed;
}

/** A server's answer as a relay gives it to the client. */
export interface RelayedAnswer {
  /** Without what the relay has said of itself. */
  readonly data: Uint8Array;
  /** The relay's address in the client's network. */
  readonly relay: Address;
  readonly mac: number;
  /** What the client is given or has. */
  readonly to: Address;
  readonly toAll: boolean;
}
export function relayedAnswer(bytes: Uint8Array): RelayedAnswer | undefined {
  if (!isDhcp(bytes, OPERATION.reply)) return undefined;
  const data = bytes.slice();
  for (const { code, at, value } of optionsIn(bytes, OPTIONS_AT)) {
    if (code !== OPTION.relay) continue;
    data.copyWithin(at, at + 2 + value.length);
    data.fill(0, data.length - 2 - value.length);
    break;
  }
  const [has, given] = [bytes.slice(12, 16), bytes.slice(16, 20)];
  const to = isUnspecified(given) ? has : given;
  const toAll = isUnspecified(to) || (u16(bytes, 10) & BROADCAST_FLAG) !== 0;
  return { data, relay: bytes.slice(RELAY_AT, RELAY_AT + 4), mac: macAt(bytes, 28), to, toAll };
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
  /** Not known of a network whose router is not heard of. */
  readonly router: Address | undefined;
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
    if (network.router !== undefined) options.push(OPTION.router, 4, ...network.router);
    options.push(OPTION.nameServer, 4, ...network.nameServer);
    options.push(OPTION.domain, network.domain.length, ...new TextEncoder().encode(network.domain));
    number(OPTION.mtu, network.mtu, 2);
  }
  const { relay, relayInfo } = to;
  if (relayInfo !== undefined) options.push(OPTION.relay, relayInfo.length, ...relayInfo);
  options.push(OPTION.end);
  const bytes = new Uint8Array(Math.max(LEAST_BYTES, OPTIONS_AT + options.length));
  bytes[0] = OPERATION.reply;
  putU16(bytes, 1, ETHERNET);
  putU32(bytes, 4, to.transaction);
  // A refusal reaches who has no address of the network (RFC 2131, §4.3.2).
  const isForAll = to.wantsBroadcast || (kind === DHCP_KIND.refusal && !isUnspecified(relay));
  putU16(bytes, 10, isForAll ? BROADCAST_FLAG : 0);
  if (kind !== DHCP_KIND.refusal) bytes.set(to.address, 12);
  if (given !== undefined) bytes.set(given, 16);
  bytes.set(server, 20);
  bytes.set(relay, RELAY_AT);
  putMac(bytes, 28, to.mac);
  putU32(bytes, 236, COOKIE);
  bytes.set(options, OPTIONS_AT);
  return bytes;
}

/**
 * Messages by which stations of one network find each other and their router in IPv6 (RFC 4861), behind the ICMPv6 header:
 *
 *   solicitation, advertisement   0 flags  4 target  20 options
 *   router advertisement          0 hops  1 flags  2 lifetime  4 reachable  8 retransmit  12 options
 *   option                        0 type  1 length in eights  2 …
 */
import { macAt } from '../../../ether-frame.ts';
import { type Address, addressOf, IPV6_BYTES } from './address.ts';
import { putMac } from './arp.ts';
import { joined, putU16, putU32, u32 } from './bytes.ts';

export const ND = {
  routerSolicitation: 133,
  routerAdvertisement: 134,
  neighbourSolicitation: 135,
  neighbourAdvertisement: 136,
} as const;
/** Such messages were sent by a neighbour: who passed a router has fewer hops left. */
export const ND_HOPS = 255;
export const ALL_NODES: Address = addressOf('ff02::1');

const OPTION = { source: 1, target: 2, prefix: 3, mtu: 5, nameServers: 25 } as const;
const TARGET_END = 4 + IPV6_BYTES;
const FLAG = { isRouter: 0x80, isAnswer: 0x40, replaces: 0x20 } as const;

/** A solicitation or an advertisement of a neighbour. */
export interface NeighbourMessage {
  readonly target: Address;
  /** The sender's, or the target's: what the option says. */
  readonly mac?: number;
}

/** What follows the sum of such a message; `undefined` if it is none. */
export function readNeighbour(rest: Uint8Array): NeighbourMessage | undefined {
  if (rest.length < TARGET_END) return undefined;
  const target = rest.slice(4, TARGET_END);
  const mac = macOption(rest.subarray(TARGET_END));
  return mac === 'malformed' ? undefined : { target, ...(mac === undefined ? {} : { mac }) };
}

/** What follows the sum of a router solicitation. */
export function readSolicitation(rest: Uint8Array): { readonly mac?: number } | undefined {
  const mac = macOption(rest.subarray(4));
  return mac === 'malformed' ? undefined : mac === undefined ? {} : { mac };
}

/** Each option takes eight bytes at least. */
function macOption(options: Uint8Array): number | undefined | 'malformed' {
  let mac: number | undefined;
  for (let at = 0; at < options.length; ) {
    const length = (options[at + 1] ?? 0) * 8;
    if (length === 0 || at + length > options.length) return 'malformed';
    const type = options[at];
    if (type === OPTION.source || type === OPTION.target) mac = macAt(options, at + 2);
    at += length;
  }
  return mac;
}

function addressOption(type: number, mac: number): Uint8Array {
  const option = Uint8Array.of(type, 1, 0, 0, 0, 0, 0, 0);
  putMac(option, 2, mac);
  return option;
}

export function solicitation(target: Address, mac: number): Uint8Array {
  return joined(new Uint8Array(4), target, addressOption(OPTION.source, mac));
}

/** `isAnswer`: somebody has asked. */
export function advertisement(target: Address, mac: number, isAnswer: boolean): Uint8Array {
  const flags = FLAG.isRouter | FLAG.replaces | (isAnswer ? FLAG.isAnswer : 0);
  return joined(Uint8Array.of(flags, 0, 0, 0), target, addressOption(OPTION.target, mac));
}

export interface RouterAdvertisement {
  readonly mac: number;
  readonly mtu: number;
  /** Of 64 bits. */
  readonly prefix: Address;
  /** Absent where the router answers for no names. */
  readonly nameServer?: Address;
  /** In seconds; so long is the router one. */
  readonly lifetime: number;
}

export function routerAdvertisement(router: RouterAdvertisement): Uint8Array {
  const head = new Uint8Array(12);
  head[0] = 64;
  putU16(head, 2, router.lifetime);
  const mtu = Uint8Array.of(OPTION.mtu, 1, 0, 0, 0, 0, 0, 0);
  putU32(mtu, 4, router.mtu);
  // On the link, and stations make themselves an address of it (§4.6.2).
  const prefix = new Uint8Array(32);
  prefix.set([OPTION.prefix, 4, 64, 0xc0]);
  putU32(prefix, 4, 86_400);
  putU32(prefix, 8, 14_400);
  prefix.set(router.prefix, 16);
  // RFC 8106, §5.1.
  const names = new Uint8Array(router.nameServer === undefined ? 0 : 24);
  if (router.nameServer !== undefined) {
    names.set([OPTION.nameServers, 3]);
    putU32(names, 4, router.lifetime);
    names.set(router.nameServer, 8);
  }
  return joined(head, addressOption(OPTION.source, router.mac), mtu, prefix, names);
}

/** The group in which stations with an address listen for who asks for it (RFC 4291, §2.7.1). */
export function solicitedGroup(target: Address): Address {
  const group = addressOf('ff02::1:ff00:0');
  group.set(target.subarray(13), 13);
  return group;
}

/** The MAC address to which frames for a group of IPv6 go (RFC 2464, §7). */
export function groupMac(group: Address): number {
  return 0x3333_0000_0000 + u32(group, 12);
}

/** An address that a station makes itself of a prefix and its MAC address (RFC 4291, appendix A). */
export function ownAddress(prefix: Address, mac: number): Address {
  const address = prefix.slice();
  const bytes = new Uint8Array(6);
  putMac(bytes, 0, mac);
  address.set([bytes[0]! ^ 2, bytes[1]!, bytes[2]!, 0xff, 0xfe, bytes[3]!, bytes[4]!, bytes[5]!], 8);
  return address;
}

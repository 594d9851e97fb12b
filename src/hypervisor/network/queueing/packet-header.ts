/**
 * What queues look at in a frame: how its IP header marks it, and which conversation it belongs to. Hostile bytes: whatever is
 * missing reads as 0, and no length is believed. `headers.ts` believes lengths that hold and says what is unknown, for whoever forbids;
 * queues drop nobody for what cannot be read, so a packet cut short has a class here, and what tags and types there are is the same.
 */
import { ETHER_TYPE, IP_PROTOCOL, isTagType, MOST_TAGS, TAG_BYTES } from '../headers.ts';

const IPV6_HEADER_BYTES = 40;
/** ECN field: congestion experienced (RFC 3168, section 5); 0 says that an end does not understand it. */
const CONGESTION = 3;

/** Where the IP header lies, and of which version. */
interface IpHeader {
  readonly version: 4 | 6;
  readonly at: number;
}

function byte(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}
function half(bytes: Uint8Array, at: number): number {
  return byte(bytes, at) * 256 + byte(bytes, at + 1);
}

/** The IP header of a frame, behind as many tags as access lists and flow rules look behind. */
function ipHeaderOf(frame: Uint8Array): IpHeader | undefined {
  let typeAt = 12;
  for (let tags = 0; tags < MOST_TAGS && isTagType(half(frame, typeAt)); tags++) typeAt += TAG_BYTES;
  const type = half(frame, typeAt);
  const at = typeAt + 2;
  const version = byte(frame, at) >> 4;
  if (type === ETHER_TYPE.ipv4 && version === 4 && frame.length >= at + 20) return { version: 4, at };
  if (type === ETHER_TYPE.ipv6 && version === 6 && frame.length >= at + IPV6_HEADER_BYTES)
    return { version: 6, at };
  return undefined;
}

/** The traffic class (IPv6) or type of service (IPv4): six bits of DSCP, two of ECN. */
function trafficClass(frame: Uint8Array, { version, at }: IpHeader): number {
  if (version === 4) return byte(frame, at + 1);
  return ((byte(frame, at) & 0xf) << 4) | (byte(frame, at + 1) >> 4);
}

/** The class that the DSCP names, 0 to 7: its three upper bits (RFC 2474, section 4.2.2); 0 for what is no IP. */
export function dscpClassOf(frame: Uint8Array): number {
  const header = ipHeaderOf(frame);
  return header === undefined ? 0 : trafficClass(frame, header) >> 5;
}

/** A copy that says "congestion experienced"; `undefined` where the ends do not understand that. */
export function markedCongested(frame: Uint8Array): Uint8Array | undefined {
  const header = ipHeaderOf(frame);
  if (header === undefined || (trafficClass(frame, header) & 3) === 0) return undefined;
  const copy = frame.slice();
  const { version, at } = header;
  if (version === 6) {
    copy[at + 1] = byte(copy, at + 1) | (CONGESTION << 4);
    return copy;
  }
  const before = half(copy, at);
  copy[at + 1] = byte(copy, at + 1) | CONGESTION;
  // The header's sum, brought up to date by what has changed (RFC 1624, equation 3).
  let sum = (~half(copy, at + 10) & 0xffff) + (~before & 0xffff) + half(copy, at);
  sum = (sum & 0xffff) + (sum >>> 16);
  sum = (sum & 0xffff) + (sum >>> 16);
  const written = ~sum & 0xffff;
  copy[at + 10] = written >> 8;
  copy[at + 11] = written & 0xff;
  return copy;
}

function mixed(hash: number, value: number): number {
  let word = Math.imul(hash ^ value, 0x9e37_79b1);
  word ^= word >>> 15;
  return word >>> 0;
}

/** A number of the conversation that a frame belongs to: addresses, protocol and ports; of its stations where it is no IP. */
export function conversationOf(frame: Uint8Array, seed: number): number {
  const header = ipHeaderOf(frame);
  if (header === undefined) return mixedRange(frame, 0, 14, seed);
  const { version, at } = header;
  if (version === 6) {
    const hash = mixedRange(frame, at + 8, at + IPV6_HEADER_BYTES, mixed(seed, byte(frame, at + 6)));
    return withPorts(frame, hash, byte(frame, at + 6), at + IPV6_HEADER_BYTES);
  }
  const protocol = byte(frame, at + 9);
  const hash = mixedRange(frame, at + 12, at + 20, mixed(seed, protocol));
  // Only the first fragment has ports: so none of them counts by ports.
  const isFragment = (half(frame, at + 6) & 0x3fff) !== 0;
  return isFragment ? hash : withPorts(frame, hash, protocol, at + 4 * (byte(frame, at) & 0xf));
}

function withPorts(frame: Uint8Array, hash: number, protocol: number, at: number): number {
  return protocol === IP_PROTOCOL.tcp || protocol === IP_PROTOCOL.udp
    ? mixedRange(frame, at, at + 4, hash)
    : hash;
}

function mixedRange(frame: Uint8Array, from: number, to: number, seed: number): number {
  let hash = seed;
  for (let at = from; at < to; at += 2) hash = mixed(hash, half(frame, at));
  return hash;
}

/**
 * Packets of IPv4 (RFC 791) and IPv6 (RFC 8200). What came is read once, each length checked against the bytes that are there; what
 * is read is the same for both: from, to, protocol, hops left, content.
 *
 *   IPv4   0 version|length  1 class  2 total length  4 id  6 flags|offset  8 hops  9 protocol  10 sum  12 from  16 to  20 options …
 *   IPv6   0 version|class|flow  4 length of the content  6 next header  7 hops  8 from  24 to  40 …
 */
import { type Address, IPV6_BYTES, isIpv6 } from './address.ts';
import { checksum, putU16, putU32, u16, u32 } from './bytes.ts';

export const PROTOCOL = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 } as const;

export const USUAL_HOPS = 64;
/** Of one packet with its header. */
export const MOST_PACKET_BYTES = 65_535;
const IPV4_HEADER = 20;
const IPV6_HEADER = 40;

export interface Packet {
  readonly from: Address;
  readonly to: Address;
  readonly protocol: number;
  /** Routers that it may still pass. */
  readonly hops: number;
  readonly content: Uint8Array;
  /** It may be cut where a network takes only smaller ones; IPv6 never is on its way. */
  readonly mayBeCut: boolean;
}

/** A piece of a packet. */
export interface Fragment {
  readonly id: number;
  /** In bytes of the packet's content. */
  readonly offset: number;
  readonly isLast: boolean;
}

export interface ReceivedPacket extends Packet {
  /** Absent for a whole packet. */
  readonly fragment?: Fragment;
}

/** Why bytes are no packet. */
export type BadPacket = 'malformed' | 'badChecksum';

export function readIpv4(bytes: Uint8Array): ReceivedPacket | BadPacket {
  if (bytes.length < IPV4_HEADER || bytes[0]! >> 4 !== 4) return 'malformed';
  const header = (bytes[0]! & 0xf) * 4;
  const total = u16(bytes, 2);
  if (header < IPV4_HEADER || total < header || total > bytes.length) return 'malformed';
  if (checksum(bytes.subarray(0, header)) !== 0) return 'badChecksum';
  const flags = u16(bytes, 6);
  const offset = (flags & 0x1fff) * 8;
  const isLast = (flags & 0x2000) === 0;
  const content = bytes.subarray(header, total);
  const packet = {
    ...{ from: bytes.slice(12, 16), to: bytes.slice(16, 20), protocol: bytes[9]!, hops: bytes[8]!, content },
    mayBeCut: (flags & 0x4000) === 0,
  };
  if (isLast && offset === 0) return packet;
  return { ...packet, fragment: { id: u16(bytes, 4), offset, isLast } };
}

/** Extension headers that are looked at before the content. */
const MOST_EXTENSIONS = 8;
const NEXT = { hopByHop: 0, routing: 43, fragment: 44, destination: 60 } as const;

export function readIpv6(bytes: Uint8Array): ReceivedPacket | BadPacket {
  if (bytes.length < IPV6_HEADER || bytes[0]! >> 4 !== 6) return 'malformed';
  const end = IPV6_HEADER + u16(bytes, 4);
  if (end > bytes.length) return 'malformed';
  const common = { from: bytes.slice(8, 24), to: bytes.slice(24, 40), hops: bytes[7]!, mayBeCut: false };
  let protocol = bytes[6]!;
  let at = IPV6_HEADER;
  for (let extensions = 0; extensions < MOST_EXTENSIONS; extensions++) {
    if (protocol === NEXT.fragment) {
      if (end - at < 8) return 'malformed';
      const flags = u16(bytes, at + 2);
      const fragment = { id: u32(bytes, at + 4), offset: flags & 0xfff8, isLast: (flags & 1) === 0 };
      const packet = { ...common, protocol: bytes[at]!, content: bytes.subarray(at + 8, end) };
      return fragment.offset === 0 && fragment.isLast ? packet : { ...packet, fragment };
    }
    if (protocol !== NEXT.hopByHop && protocol !== NEXT.routing && protocol !== NEXT.destination)
      return { ...common, protocol, content: bytes.subarray(at, end) };
    if (end - at < 8) return 'malformed';
    const length = 8 + bytes[at + 1]! * 8;
    protocol = bytes[at]!;
    at += length;
    if (at > end) return 'malformed';
  }
  return 'malformed';
}

/** A packet as bytes, whole. */
export function writePacket(packet: Packet, id = 0): Uint8Array {
  return isIpv6(packet.from) ? writeIpv6(packet) : writeIpv4(packet, id, 0, true);
}

function writeIpv4(packet: Packet, id: number, offset: number, isLast: boolean): Uint8Array {
  const bytes = new Uint8Array(IPV4_HEADER + packet.content.length);
  bytes[0] = 0x45;
  putU16(bytes, 2, bytes.length);
  putU16(bytes, 4, id);
  putU16(bytes, 6, (packet.mayBeCut ? 0 : 0x4000) | (isLast ? 0 : 0x2000) | (offset / 8));
  bytes[8] = packet.hops;
  bytes[9] = packet.protocol;
  bytes.set(packet.from, 12);
  bytes.set(packet.to, 16);
  putU16(bytes, 10, checksum(bytes.subarray(0, IPV4_HEADER)));
  bytes.set(packet.content, IPV4_HEADER);
  return bytes;
}

function writeIpv6({ from, to, protocol, hops, content }: Packet): Uint8Array {
  const bytes = new Uint8Array(IPV6_HEADER + content.length);
  bytes[0] = 0x60;
  putU16(bytes, 4, content.length);
  bytes[6] = protocol;
  bytes[7] = hops;
  bytes.set(from, 8);
  bytes.set(to, 8 + IPV6_BYTES);
  bytes.set(content, IPV6_HEADER);
  return bytes;
}

/** A packet as bytes for a network that takes so many at most: in pieces if need be; nothing if it may not be cut. */
export function cutPacket(packet: Packet, id: number, mtu: number): readonly Uint8Array[] | undefined {
  const { content } = packet;
  const isSix = isIpv6(packet.from);
  const header = isSix ? IPV6_HEADER : IPV4_HEADER;
  if (header + content.length <= mtu) return [writePacket(packet, id)];
  // Who sends a packet of IPv6 cuts it, and we send those of our own.
  if (!isSix && !packet.mayBeCut) return undefined;
  const room = (mtu - header - (isSix ? 8 : 0)) & ~7;
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < content.length; at += room) {
    const part = content.subarray(at, at + room);
    const isLast = at + room >= content.length;
    if (!isSix) {
      pieces.push(writeIpv4({ ...packet, content: part }, id, at, isLast));
      continue;
    }
    const bytes = new Uint8Array(8 + part.length);
    bytes[0] = packet.protocol;
    putU16(bytes, 2, at | (isLast ? 0 : 1));
    putU32(bytes, 4, id);
    bytes.set(part, 8);
    pieces.push(writeIpv6({ ...packet, protocol: NEXT.fragment, content: bytes }));
  }
  return pieces;
}

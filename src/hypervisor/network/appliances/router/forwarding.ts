/** A packet on its way through a router, as bytes: one hop less, and in pieces where the next network takes only smaller ones. */
import { IPV4_BYTES } from '../gateway/wire/address.ts';
import { checksum, putU16, u16 } from '../gateway/wire/bytes.ts';

const IPV4_HEADER = 20;
const HOPS = { four: 8, six: 7 } as const;
const SUM = 10;
const MORE = 0x2000;

export function isFour(bytes: Uint8Array): boolean {
  return bytes[0]! >> 4 === IPV4_BYTES;
}

/** A copy with one hop less, without what stood behind the packet in its frame. The header has been checked. */
export function oneHopLess(bytes: Uint8Array): Uint8Array {
  if (!isFour(bytes)) {
    const copy = bytes.slice(0, 40 + u16(bytes, 4));
    copy[HOPS.six]! -= 1;
    return copy;
  }
  const copy = bytes.slice(0, u16(bytes, 2));
  copy[HOPS.four]! -= 1;
  summed(copy);
  return copy;
}

/**
 * The packet for a network that takes so many bytes at most; nothing where it may not be cut. Pieces are cut again as packets are (RFC
 * 791, §3.2). Options are not copied into pieces here: a packet that has some is not cut.
 */
export function fitting(packet: Uint8Array, mtu: number): readonly Uint8Array[] | undefined {
  if (packet.length <= mtu) return [packet];
  const flags = u16(packet, 6);
  if (!isFour(packet) || (flags & 0x4000) !== 0 || (packet[0]! & 15) * 4 !== IPV4_HEADER) return undefined;
  const room = (mtu - IPV4_HEADER) & ~7;
  const pieces: Uint8Array[] = [];
  for (let at = IPV4_HEADER; at < packet.length; at += room) {
    const end = Math.min(packet.length, at + room);
    const piece = new Uint8Array(IPV4_HEADER + end - at);
    piece.set(packet.subarray(0, IPV4_HEADER));
    piece.set(packet.subarray(at, end), IPV4_HEADER);
    putU16(piece, 2, piece.length);
    const more = end < packet.length ? MORE : flags & MORE;
    // What would lie beyond the longest packet is none.
    const offset = (flags & 0x1fff) + (at - IPV4_HEADER) / 8;
    if (offset > 0x1fff) return undefined;
    putU16(piece, 6, more | offset);
    summed(piece);
    pieces.push(piece);
  }
  return pieces;
}

function summed(packet: Uint8Array): void {
  const header = (packet[0]! & 15) * 4;
  putU16(packet, SUM, 0);
  putU16(packet, SUM, checksum(packet.subarray(0, header)));
}

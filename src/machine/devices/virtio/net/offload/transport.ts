/**
 * Where the parts of a TCP or UDP packet lie in an ether frame (RFC 9293, 791, 8200). The frame is a guest's: everything is checked
 * against its length here, and what is not as simple as that (fragments, options of IPv6) is left alone.
 *
 *   0 ether header | network: 14, or 18 behind a VLAN tag | transport | payload | end
 */
import { putU16, u16 } from '#base/big-endian';
import { checksumOf, onesSum } from '#base/ones-sum';

export const TCP = 6;
export const UDP = 17;

const ETHER_TYPE = 12;
const TYPE_VLAN = 0x8100;
const TYPE_IPV4 = 0x0800;
const TYPE_IPV6 = 0x86dd;
const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const UDP_HEADER = 8;
const TCP_HEADER = 20;

/** Fields of a TCP header, and flags in it (RFC 9293 §3.1). */
export const TCP_SEQUENCE = 4;
export const TCP_FLAGS = 13;
export const PSH = 0x08;

/** More fragments, or not the first. */
const IPV4_FRAGMENT = 0x3fff;

export interface Transport {
  readonly isV6: boolean;
  readonly protocol: typeof TCP | typeof UDP;
  readonly network: number;
  readonly transport: number;
  readonly payload: number;
  /** Of the packet; a frame may have padding behind it. */
  readonly end: number;
}

/** @param isWhole the network header's length is that of the packet; it is not, before a large one is cut into pieces */
export function transportOf(frame: Uint8Array, isWhole = true): Transport | undefined {
  const { length } = frame;
  if (length < 18) return undefined;
  const tagged = u16(frame, ETHER_TYPE) === TYPE_VLAN;
  const network = tagged ? 18 : 14;
  const type = u16(frame, tagged ? ETHER_TYPE + 4 : ETHER_TYPE);
  if (type === TYPE_IPV4) return ipv4(frame, network, isWhole);
  return type === TYPE_IPV6 ? ipv6(frame, network, isWhole) : undefined;
}

function ipv4(frame: Uint8Array, network: number, isWhole: boolean): Transport | undefined {
  if (frame.length < network + IPV4_HEADER || frame[network]! >> 4 !== 4) return undefined;
  const header = (frame[network]! & 15) * 4;
  const end = isWhole ? network + u16(frame, network + 2) : frame.length;
  const isFragment = (u16(frame, network + 6) & IPV4_FRAGMENT) !== 0;
  if (header < IPV4_HEADER || isFragment) return undefined;
  return behind(frame, { isV6: false, network, end }, frame[network + 9]!, network + header);
}
function ipv6(frame: Uint8Array, network: number, isWhole: boolean): Transport | undefined {
  if (frame.length < network + IPV6_HEADER || frame[network]! >> 4 !== 6) return undefined;
  const end = isWhole ? network + IPV6_HEADER + u16(frame, network + 4) : frame.length;
  return behind(frame, { isV6: true, network, end }, frame[network + 6]!, network + IPV6_HEADER);
}
function behind(
  frame: Uint8Array,
  { isV6, network, end }: Pick<Transport, 'isV6' | 'network' | 'end'>,
  protocol: number,
  transport: number,
): Transport | undefined {
  if (end > frame.length) return undefined;
  if (protocol === UDP && transport + UDP_HEADER <= end)
    return { isV6, protocol, network, transport, payload: transport + UDP_HEADER, end };
  if (protocol !== TCP || transport + TCP_HEADER > end) return undefined;
  const payload = transport + (frame[transport + 12]! >> 4) * 4;
  return payload < transport + TCP_HEADER || payload > end
    ? undefined
    : { isV6, protocol, network, transport, payload, end };
}

/** Has the network header say that a packet ends where its bytes do; a check sum that it has is right again. */
export function endWithBytes(packet: Uint8Array, { isV6, network, transport }: Transport): void {
  const behind = packet.length - network;
  if (isV6) putU16(packet, network + 4, behind - IPV6_HEADER);
  else {
    putU16(packet, network + 2, behind);
    putU16(packet, network + 10, 0);
    putU16(packet, network + 10, checksumOf(onesSum(packet, network, transport)));
  }
}

/** The sum of what a transport's check sum covers besides the packet: addresses, protocol, length (RFC 9293 §3.1, 8200 §8.1). */
export function pseudoSum(frame: Uint8Array, { isV6, network, protocol }: Transport, length: number): number {
  const from = network + (isV6 ? 8 : 12);
  return onesSum(frame, from, from + (isV6 ? 32 : 8), protocol + length);
}

/** Where the check sum lies in a transport's header. */
export function checksumAt({ protocol, transport }: Transport): number {
  return transport + (protocol === TCP ? 16 : 6);
}

/** The check sum of a packet is there, and right. */
export function isChecked(frame: Uint8Array, packet: Transport): boolean {
  const { protocol, transport, end } = packet;
  if (
    protocol === UDP &&
    (u16(frame, checksumAt(packet)) === 0 || u16(frame, transport + 4) !== end - transport)
  )
    return false;
  return onesSum(frame, transport, end, pseudoSum(frame, packet, end - transport)) === 0xffff;
}

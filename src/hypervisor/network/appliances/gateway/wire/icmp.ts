/**
 * Messages of ICMP (RFC 792) and ICMPv6 (RFC 4443):  0 type  1 code  2 sum  4 …
 *
 * Both have an echo and tell of a packet that did not arrive, with other numbers.
 */
import { isGroupAddress, isIpv6, isUnspecified } from './address.ts';
import { checksum, joined, putU16, putU32, transportChecksum } from './bytes.ts';
import { type BadPacket, type Packet, PROTOCOL, USUAL_HOPS, writePacket } from './ip.ts';

const HEADER = 4;
/** What a message shows of the packet that did not arrive: what fits the least MTU of IPv6 (RFC 4443, §2.4), and of IPv4 (RFC 1812, §4.3.2.3). */
const SHOWN = { four: 576 - 20 - 8, six: 1280 - 40 - 8 } as const;

/** Types of echo requests and replies. */
export const ECHO = { four: { request: 8, reply: 0 }, six: { request: 128, reply: 129 } } as const;

/** Why a packet did not arrive, with type and code of both protocols. */
export const TROUBLES = {
  noNetwork: { four: [3, 0], six: [1, 0] },
  noHost: { four: [3, 1], six: [1, 3] },
  noProtocol: { four: [3, 2], six: [4, 1] },
  noPort: { four: [3, 3], six: [1, 4] },
  tooBig: { four: [3, 4], six: [2, 0] },
  noHopsLeft: { four: [11, 0], six: [3, 0] },
  piecesMissing: { four: [11, 1], six: [3, 1] },
} as const;
export type Trouble = keyof typeof TROUBLES;

export interface IcmpMessage {
  readonly type: number;
  readonly code: number;
  /** What follows the sum. */
  readonly rest: Uint8Array;
}

export function icmpProtocol(packet: Pick<Packet, 'from'>): number {
  return isIpv6(packet.from) ? PROTOCOL.icmpv6 : PROTOCOL.icmp;
}

export function readIcmp(packet: Packet): IcmpMessage | BadPacket {
  const { from, to, content } = packet;
  if (content.length < 8) return 'malformed';
  const sum = isIpv6(from) ? transportChecksum(from, to, PROTOCOL.icmpv6, content) : checksum(content);
  if (sum !== 0) return 'badChecksum';
  return { type: content[0]!, code: content[1]!, rest: content.subarray(HEADER) };
}

export function icmpPacket(
  way: Pick<Packet, 'from' | 'to'>,
  { type, code, rest }: IcmpMessage,
  hops: number = USUAL_HOPS,
): Packet {
  const content = joined(Uint8Array.of(type, code, 0, 0), rest);
  const protocol = icmpProtocol(way);
  const sum = isIpv6(way.from) ? transportChecksum(way.from, way.to, protocol, content) : checksum(content);
  putU16(content, 2, sum);
  return { ...way, protocol, hops, content, mayBeCut: true };
}

/** The answer to an echo request; nothing to another message. */
export function echoReply(packet: Packet, message: IcmpMessage): Packet | undefined {
  const { request, reply } = isIpv6(packet.from) ? ECHO.six : ECHO.four;
  if (message.type !== request || message.code !== 0) return undefined;
  return icmpPacket({ from: packet.to, to: packet.from }, { ...message, type: reply });
}

/**
 * Tells the sender of a packet why it did not arrive. Nobody is told of one that went to many, came from nobody, or was such a message
 * itself (RFC 1122, §3.2.2; RFC 4443, §2.4).
 */
export function troublePacket(
  packet: Packet,
  trouble: Trouble,
  teller: Packet['from'],
  mtu = 0,
): Packet | undefined {
  const { from, to, protocol, content } = packet;
  if (isGroupAddress(to) || isGroupAddress(from) || isUnspecified(from)) return undefined;
  const isSix = isIpv6(from);
  if (protocol === icmpProtocol(packet)) {
    const { request, reply } = isSix ? ECHO.six : ECHO.four;
    if (content[0] !== request && content[0] !== reply) return undefined;
  }
  const [type, code] = isSix ? TROUBLES[trouble].six : TROUBLES[trouble].four;
  const shown = writePacket(packet).subarray(0, isSix ? SHOWN.six : SHOWN.four);
  const rest = new Uint8Array(4 + shown.length);
  if (trouble === 'tooBig') putU32(rest, 0, mtu);
  rest.set(shown, 4);
  return icmpPacket({ from: teller, to: from }, { type, code, rest });
}

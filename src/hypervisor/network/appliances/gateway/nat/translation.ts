/**
 * Address translation of packets (RFC 3022): on the way out their sender becomes the gateway's address outside and a port of it, on the
 * way in their receiver the station that the port stands for. Messages of ICMP about such packets are translated with what they show.
 */
import type { Address } from '../wire/address.ts';
import { checksum, putU16, transportChecksum, u16 } from '../wire/bytes.ts';
import { ECHO, icmpPacket, readIcmp } from '../wire/icmp.ts';
import { type Packet, PROTOCOL } from '../wire/ip.ts';
import { FLAG, readTcp } from '../wire/tcp.ts';
import { readUdp, UDP_HEADER } from '../wire/udp.ts';
import type { Mapping, Mappings, Seen } from './mappings.ts';

/** What became of a packet that is not passed on. */
export type NotTranslated = 'malformed' | 'badChecksum' | 'noMapping' | 'noPortFree' | 'notTranslatable';

const NOTHING: Seen = { closes: false, resets: false };
/** Types of messages about other packets: unreachable, time exceeded, parameter problem. */
const ABOUT_OTHERS: readonly number[] = [3, 11, 12];

export interface Outward {
  readonly packet: Packet;
  readonly isNew: boolean;
  readonly evicted: boolean;
}

/** The ports of a packet, what it says of its connection, and the packet with other ends. */
interface Ends {
  readonly fromPort: number;
  readonly toPort: number;
  readonly seen: Seen;
  readonly between: (from: Address, fromPort: number, to: Address, toPort: number) => Packet;
}

/** Where the sum of a message stands. */
const SUM_AT = { udp: 6, tcp: 16 } as const;

/** The same message, with other ports and its sum anew. */
function withPorts(packet: Packet, bytes: Uint8Array, sumAt: number): Ends['between'] {
  return (from, fromPort, to, toPort) => {
    const content = bytes.slice();
    putU16(content, 0, fromPort);
    putU16(content, 2, toPort);
    putU16(content, sumAt, 0);
    const sum = transportChecksum(from, to, packet.protocol, content);
    putU16(content, sumAt, sum === 0 && packet.protocol === PROTOCOL.udp ? 0xffff : sum);
    return { ...packet, from, to, content };
  };
}

function endsOf(packet: Packet): Ends | NotTranslated {
  const { protocol, content, hops, mayBeCut } = packet;
  if (protocol === PROTOCOL.udp) {
    const datagram = readUdp(packet);
    if (typeof datagram === 'string') return datagram;
    const { fromPort, toPort, data } = datagram;
    const bytes = content.subarray(0, UDP_HEADER + data.length);
    return { fromPort, toPort, seen: NOTHING, between: withPorts(packet, bytes, SUM_AT.udp) };
  }
  if (protocol === PROTOCOL.tcp) {
    const segment = readTcp(packet);
    if (typeof segment === 'string') return segment;
    const { fromPort, toPort, flags } = segment;
    const seen = { closes: (flags & FLAG.fin) !== 0, resets: (flags & FLAG.rst) !== 0 };
    return { fromPort, toPort, seen, between: withPorts(packet, content, SUM_AT.tcp) };
  }
  if (protocol !== PROTOCOL.icmp) return 'notTranslatable';
  const message = readIcmp(packet);
  if (typeof message === 'string') return message;
  const { type, rest } = message;
  if (type !== ECHO.four.request && type !== ECHO.four.reply) return 'notTranslatable';
  // The number of an echo stands for both ports.
  const number = u16(rest, 0);
  const between: Ends['between'] = (from, fromPort, to, toPort) => {
    const changed = rest.slice();
    putU16(changed, 0, type === ECHO.four.request ? fromPort : toPort);
    return { ...icmpPacket({ from, to }, { ...message, rest: changed }, hops), mayBeCut };
  };
  const isRequest = type === ECHO.four.request;
  return { fromPort: isRequest ? number : 0, toPort: isRequest ? 0 : number, seen: NOTHING, between };
}

/** The packet as it leaves. */
export function translateOut(packet: Packet, outside: Address, mappings: Mappings): Outward | NotTranslated {
  const ends = endsOf(packet);
  if (typeof ends === 'string') return ends;
  const { fromPort, toPort, seen, between } = ends;
  const isAnswer = packet.protocol === PROTOCOL.icmp && fromPort === 0 && toPort !== 0;
  if (isAnswer) return 'noMapping';
  const from = { address: packet.from, port: fromPort };
  const found = mappings.outward(packet.protocol, from, { address: packet.to, port: toPort }, seen);
  if (found === undefined) return 'noPortFree';
  const { port, isNew, evicted } = found;
  return { packet: between(outside, port, packet.to, toPort), isNew, evicted };
}

/** The packet as it goes to the station inside. */
export function translateIn(packet: Packet, mappings: Mappings): Packet | NotTranslated {
  if (packet.protocol === PROTOCOL.icmp && ABOUT_OTHERS.includes(packet.content[0] ?? 0))
    return translateMessage(packet, mappings);
  const ends = endsOf(packet);
  if (typeof ends === 'string') return ends;
  const { fromPort, toPort, seen, between } = ends;
  const from = { address: packet.from, port: fromPort };
  const mapping = mappings.inward(packet.protocol, toPort, from, seen);
  return mapping === undefined
    ? 'noMapping'
    : between(packet.from, fromPort, mapping.inside, mapping.insidePort);
}

/** A message about a packet that went out: what it shows of that is as the station sent it (RFC 5508, §4.2). */
function translateMessage(packet: Packet, mappings: Mappings): Packet | NotTranslated {
  const message = readIcmp(packet);
  if (typeof message === 'string') return message;
  const rest = message.rest.slice();
  const shown = rest.subarray(4);
  const header = ((shown[0] ?? 0) & 0xf) * 4;
  if (shown.length < header + 8 || header < 20) return 'malformed';
  const mapping = meantBy(shown, header, mappings);
  if (mapping === undefined) return 'noMapping';
  shown.set(mapping.inside, 12);
  const portAt = header + (mapping.protocol === PROTOCOL.icmp ? 4 : 0);
  putU16(shown, portAt, mapping.insidePort);
  putU16(shown, 10, 0);
  const sum = checksum(shown.subarray(0, header));
  putU16(shown, 10, sum);
  return icmpPacket({ from: packet.from, to: mapping.inside }, { ...message, rest }, packet.hops);
}

function meantBy(shown: Uint8Array, header: number, mappings: Mappings): Mapping | undefined {
  const protocol = shown[9]!;
  const port = u16(shown, header + (protocol === PROTOCOL.icmp ? 4 : 0));
  return mappings.meant(protocol, port);
}

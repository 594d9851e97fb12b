/** Datagrams of UDP (RFC 768):  0 from port  2 to port  4 length  6 sum  8 … */
import { isIpv6 } from './address.ts';
import { putU16, transportChecksum, u16 } from './bytes.ts';
import { type BadPacket, type Packet, PROTOCOL, USUAL_HOPS } from './ip.ts';

export const UDP_HEADER = 8;

export interface Datagram {
  readonly fromPort: number;
  readonly toPort: number;
  readonly data: Uint8Array;
}

export function readUdp({ from, to, content }: Packet): Datagram | BadPacket {
  if (content.length < UDP_HEADER) return 'malformed';
  const length = u16(content, 4);
  if (length < UDP_HEADER || length > content.length) return 'malformed';
  // None is allowed in IPv4 alone (RFC 8200, §8.1).
  const isSummed = u16(content, 6) !== 0 || isIpv6(from);
  if (isSummed && transportChecksum(from, to, PROTOCOL.udp, content.subarray(0, length)) !== 0)
    return 'badChecksum';
  return { fromPort: u16(content, 0), toPort: u16(content, 2), data: content.subarray(UDP_HEADER, length) };
}

export function udpPacket(way: Pick<Packet, 'from' | 'to'>, { fromPort, toPort, data }: Datagram): Packet {
  const content = new Uint8Array(UDP_HEADER + data.length);
  putU16(content, 0, fromPort);
  putU16(content, 2, toPort);
  putU16(content, 4, content.length);
  content.set(data, UDP_HEADER);
  // A sum of 0 is written as its other form, since 0 says that there is none.
  putU16(content, 6, transportChecksum(way.from, way.to, PROTOCOL.udp, content) || 0xffff);
  return { ...way, protocol: PROTOCOL.udp, hops: USUAL_HOPS, content, mayBeCut: true };
}

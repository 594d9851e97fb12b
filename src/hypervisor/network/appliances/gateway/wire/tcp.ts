/**
 * Segments of TCP (RFC 9293, §3.1).
 *
 *   0 from port  2 to port  4 sequence  8 acknowledgement  12 length  13 flags  14 window  16 sum  18 urgent  20 options …
 */
import { isIpv6 } from './address.ts';
import { putU16, putU32, transportChecksum, u16, u32 } from './bytes.ts';
import { type BadPacket, type Packet, PROTOCOL, USUAL_HOPS } from './ip.ts';

export const FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;
const HEADER = 20;
/** RFC 7323, §2.3. */
export const MOST_WINDOW_SHIFT = 14;

export interface Segment {
  readonly fromPort: number;
  readonly toPort: number;
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly flags: number;
  /** As it stands in the segment; the options of the first one say how it is scaled. */
  readonly window: number;
  readonly data: Uint8Array;
  /** Largest segment that the sender takes; of a first segment. */
  readonly mss?: number;
  /** By how many bits its windows are to be shifted (RFC 7323, §2); of a first segment. */
  readonly windowShift?: number;
}

export function readTcp({ from, to, content }: Packet): Segment | BadPacket {
  if (content.length < HEADER) return 'malformed';
  const header = (content[12]! >> 4) * 4;
  if (header < HEADER || header > content.length) return 'malformed';
  if (transportChecksum(from, to, PROTOCOL.tcp, content) !== 0) return 'badChecksum';
  const flags = content[13]!;
  return {
    ...{ fromPort: u16(content, 0), toPort: u16(content, 2), sequence: u32(content, 4) },
    ...{ acknowledgement: u32(content, 8), flags, window: u16(content, 14) },
    data: content.subarray(header),
    ...((flags & FLAG.syn) === 0 ? {} : readOptions(content.subarray(HEADER, header))),
  };
}

const OPTION = { end: 0, nothing: 1, mss: 2, windowShift: 3 } as const;

/** Each option takes a byte at least, so the header's forty bound the loop. */
function readOptions(options: Uint8Array): Pick<Segment, 'mss' | 'windowShift'> {
  const found: { mss?: number; windowShift?: number } = {};
  for (let at = 0; at < options.length; ) {
    const kind = options[at]!;
    if (kind === OPTION.end) break;
    const length = kind === OPTION.nothing ? 1 : (options[at + 1] ?? 0);
    if (kind !== OPTION.nothing && (length < 2 || at + length > options.length)) break;
    if (kind === OPTION.mss && length === 4) found.mss = u16(options, at + 2);
    if (kind === OPTION.windowShift && length === 3)
      found.windowShift = Math.min(options[at + 2]!, MOST_WINDOW_SHIFT);
    at += length;
  }
  return found;
}

export function tcpPacket(way: Pick<Packet, 'from' | 'to'>, segment: Segment): Packet {
  const { mss, windowShift, data } = segment;
  const options = [
    ...(mss === undefined ? [] : [OPTION.mss, 4, mss >> 8, mss & 0xff]),
    ...(windowShift === undefined ? [] : [OPTION.nothing, OPTION.windowShift, 3, windowShift]),
  ];
  const header = HEADER + options.length;
  const content = new Uint8Array(header + data.length);
  putU16(content, 0, segment.fromPort);
  putU16(content, 2, segment.toPort);
  putU32(content, 4, segment.sequence);
  putU32(content, 8, segment.acknowledgement);
  content[12] = (header / 4) << 4;
  content[13] = segment.flags;
  putU16(content, 14, segment.window);
  content.set(options, HEADER);
  content.set(data, header);
  putU16(content, 16, transportChecksum(way.from, way.to, PROTOCOL.tcp, content));
  return { ...way, protocol: PROTOCOL.tcp, hops: USUAL_HOPS, content, mayBeCut: isIpv6(way.from) };
}

/** What a packet says as a part of a conversation: both ends, and of TCP the numbers that a stream is followed by. */
import type { Packet } from '../dissect.ts';
import type { Layer } from '../layer.ts';
import { carriedBytes, headerBytes, isFragment, TCP_FLAGS } from '../protocols/tcp.ts';
import { ipv4Text, ipv6Text } from '../values.ts';

/** The ends of a datagram or segment, and the layer that says so. */
export interface Transport {
  readonly layer: Layer;
  readonly from: string;
  readonly to: string;
}
export interface Segment extends Transport {
  readonly seq: number;
  readonly ack: number;
  /** As they stand in the header. */
  readonly flags: number;
  /** As it stands in the header. */
  readonly window: number;
  /** Bytes that it carries, kept or not. */
  readonly length: number;
  /** It offers to shift windows by so many bits; nothing where it does not. */
  readonly shift: number | undefined;
  /** So many bytes beyond a gap have come, it says. */
  readonly selective: number;
}

/** The layer of a transport, if a packet has one: what a message of ICMP quotes was sent by somebody else, and a piece of a packet is not all of it. */
export function transportLayer({ layers }: Packet, id: 'tcp' | 'udp'): Layer | undefined {
  const index = layers.findIndex(({ protocol }) => protocol.id === id);
  const layer = layers[index];
  if (!layer?.has(0, id === 'tcp' ? 20 : 8)) return undefined;
  for (const { protocol } of layers.slice(0, index - 1))
    if (protocol.id === 'icmp' || protocol.id === 'icmpv6') return undefined;
  return layer;
}
/** That layer, and the ends that it and the one below it name. */
export function transportOf(packet: Packet, id: 'tcp' | 'udp'): Transport | undefined {
  const layer = transportLayer(packet, id);
  const ip = layer?.below;
  if (layer === undefined || ip === undefined) return undefined;
  return { layer, from: end(ip, 'src', layer.u16(0)), to: end(ip, 'dst', layer.u16(2)) };
}
/** Both ends as one text, the same for either direction. */
export function endsOf({ from, to }: Pick<Transport, 'from' | 'to'>): string {
  return from < to ? `${from} ${to}` : `${to} ${from}`;
}

function end(ip: Layer, side: 'src' | 'dst', port: number): string {
  const [at, length] =
    ip.protocol.id === 'ip' ? [side === 'src' ? 12 : 16, 4] : [side === 'src' ? 8 : 24, 16];
  const address = ip.slice(at, length);
  const text = length === 4 ? ipv4Text(address) : `[${ipv6Text(address)}]`;
  return `${text}:${port}`;
}

/** Nothing where a packet is no whole segment of TCP. */
export function segmentOf(packet: Packet): Segment | undefined {
  const transport = transportOf(packet, 'tcp');
  if (transport === undefined) return undefined;
  const { layer } = transport;
  if (headerBytes(layer) < 20 || isFragment(layer)) return undefined;
  const flags = layer.u8(13);
  const shift = (flags & TCP_FLAGS.syn) === 0 ? undefined : layer.value('tcp.options.wscale.shift');
  return {
    ...transport,
    ...{ seq: layer.u32(4), ack: layer.u32(8), flags, window: layer.u16(14) },
    length: carriedBytes(layer),
    // More than this none may be shifted by (RFC 7323, §2.3).
    shift: typeof shift === 'number' ? Math.min(shift, 14) : undefined,
    selective: selectiveBytes(layer),
  };
}

/** Of all blocks that it names (RFC 2018, §3). */
function selectiveBytes(layer: Layer): number {
  const options = layer.fields.find(({ row }) => row.name === 'tcp.options')?.fields ?? [];
  let [from, sum] = [0, 0];
  for (const { row, value } of options)
    if (row.name === 'tcp.options.sack_le') from = Number(value);
    else if (row.name === 'tcp.options.sack_re') sum += Math.max(0, distance(from, Number(value)));
  return sum;
}

/** How far one number of a sequence is behind another, of which none is far from the other (RFC 9293, §3.4). */
export function distance(from: number, to: number): number {
  return (to - from) | 0;
}

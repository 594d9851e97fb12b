/** Segments of streams, with their options. */
import type { Layer } from '../layer.ts';
import { type Protocol, rows } from '../protocol.ts';
import { byPorts } from './names.ts';
import { markOf, TCP_MESSAGE_ROWS, TCP_STREAM_ROWS } from './stream-fields.ts';

const LEAST_HEADER = 20;
const KINDS = {
  0: 'end',
  1: 'nothing',
  2: 'greatest segment',
  3: 'window scale',
  4: 'selective acknowledgement permitted',
  5: 'selective acknowledgement',
  8: 'timestamps',
};
/** By bit, the least significant first. */
const FLAGS: readonly string[] = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];
/** Bits of the byte that they stand in. */
export const TCP_FLAGS = { fin: 1, syn: 2, rst: 4, ack: 16 } as const;
const IN_FLAGS = { within: 'tcp.flags' } as const;

export const TCP: Protocol = {
  id: 'tcp',
  title: { en: 'TCP', zh: 'TCP' },
  rows: [
    ...rows('RFC 9293', [
      ['tcp.srcport', 0, 16, 'number', 'port of the source', '源端口', '§3.1', { also: 'tcp.port' }],
      ['tcp.dstport', 16, 16, 'number', 'port of the destination', '目的端口', '§3.1', { also: 'tcp.port' }],
      ['tcp.seq_raw', 32, 32, 'number', 'number of the first byte', '序号', '§3.1'],
      ['tcp.ack_raw', 64, 32, 'number', 'number of the next byte that is expected', '确认号', '§3.1'],
      ['tcp.hdr_len', 96, 4, 'number', 'bytes of the header', '首部字节数', '§3.1', { times: 4 }],
      ['tcp.flags', 100, 12, 'hex', 'flags', '标志', '§3.1'],
      ['tcp.flags.res', 100, 3, 'number', 'reserved', '保留', '§3.1', IN_FLAGS],
      ['tcp.flags.ae', 103, 1, 'flag', 'accurate ECN', '精确 ECN', '§3.1', IN_FLAGS],
      ['tcp.flags.cwr', 104, 1, 'flag', 'congestion window reduced', '拥塞窗口已减小', '§3.1', IN_FLAGS],
      ['tcp.flags.ece', 105, 1, 'flag', 'congestion echoed', 'ECN 回显', '§3.1', IN_FLAGS],
      ['tcp.flags.urg', 106, 1, 'flag', 'urgent', '紧急', '§3.1', IN_FLAGS],
      ['tcp.flags.ack', 107, 1, 'flag', 'acknowledges', '确认', '§3.1', IN_FLAGS],
      ['tcp.flags.push', 108, 1, 'flag', 'push', '推送', '§3.1', IN_FLAGS],
      ['tcp.flags.reset', 109, 1, 'flag', 'reset', '复位', '§3.1', IN_FLAGS],
      ['tcp.flags.syn', 110, 1, 'flag', 'begins', '建立（SYN）', '§3.1', IN_FLAGS],
      ['tcp.flags.fin', 111, 1, 'flag', 'ends', '结束（FIN）', '§3.1', IN_FLAGS],
      ['tcp.window_size_value', 112, 16, 'number', 'window, before scaling', '窗口（未缩放）', '§3.1'],
      ['tcp.checksum', 128, 16, 'hex', 'checksum', '校验和', '§3.1'],
      ['tcp.urgent_pointer', 144, 16, 'number', 'where what is urgent ends', '紧急指针', '§3.1'],
      ['tcp.options', 0, 0, 'bytes', 'options', '选项', '§3.2'],
      ['tcp.option_kind', 0, 0, 'number', 'kind', '种类', '§3.2', { values: KINDS }],
      ['tcp.option_len', 0, 0, 'number', 'bytes of the option', '选项长度', '§3.2'],
      ['tcp.options.mss_val', 0, 0, 'number', 'greatest segment', '最大报文段', '§3.2'],
      ['tcp.options.wscale.shift', 0, 0, 'number', 'window shifted by', '窗口缩放位数', 'RFC 7323 §2.2'],
      ['tcp.options.timestamp.tsval', 0, 0, 'number', 'time of the sender', '发送方时间', 'RFC 7323 §3.2'],
      ['tcp.options.timestamp.tsecr', 0, 0, 'number', 'time that is echoed', '回显时间', 'RFC 7323 §3.2'],
      ['tcp.options.sack_le', 0, 0, 'number', 'a block is here from', '块左沿', 'RFC 2018 §3'],
      ['tcp.options.sack_re', 0, 0, 'number', 'up to', '块右沿', 'RFC 2018 §3'],
      ['tcp.len', 0, 0, 'number', 'bytes that it carries', '数据长度', '§3.3', { made: true }],
      ['tcp.payload', 0, 0, 'bytes', 'what it carries', '载荷', '§3.1'],
    ]),
    ...TCP_STREAM_ROWS,
    ...TCP_MESSAGE_ROWS,
  ],
  dissect(layer) {
    if (!layer.fixed()) return undefined;
    const header = headerBytes(layer);
    if (header < LEAST_HEADER) return layer.malformed();
    if (header > LEAST_HEADER)
      layer.group('tcp.options', LEAST_HEADER, header - LEAST_HEADER, () => options(layer, header));
    const length = Math.max(0, layer.length - header);
    layer.put('tcp.len', 0, 0, carriedBytes(layer));
    if (length > 0) layer.put('tcp.payload', header, length);
    return { protocol: byPorts('tcp', [layer.u16(0), layer.u16(2)]), at: header };
  },
  summary(layer) {
    const set = FLAGS.filter((_, bit) => ((layer.u8(13) >> bit) & 1) === 1);
    // Those of the stream, where it is known: people count from its beginning.
    const [seq, ack] = [layer.value('tcp.seq') ?? layer.u32(4), layer.value('tcp.ack') ?? layer.u32(8)];
    const window = layer.value('tcp.window_size') ?? layer.u16(14);
    const numbers = `seq ${String(seq)} ack ${String(ack)} win ${String(window)}`;
    const said = `${layer.u16(0)} → ${layer.u16(2)} [${set.join(', ')}] ${numbers} len ${layer.number('tcp.len')}`;
    return `${markOf(layer)}${said}`;
  },
};

/** Bytes of the header, by its own word. */
export function headerBytes(layer: Layer): number {
  return (layer.u8(12) >> 4) * 4;
}
/** Bytes that a segment carries by what its packet says of itself: a capture may have kept fewer. */
export function carriedBytes(layer: Layer): number {
  const ip = layer.below;
  const header = headerBytes(layer);
  const said = ip?.protocol.id === 'ip' ? ip.u16(2) : ip?.protocol.id === 'ipv6' ? ip.u16(4) : 0;
  // Zero: a segment that the card is still to cut.
  if (ip === undefined || said === 0) return Math.max(0, layer.length - header);
  const end = ip.start + said + (ip.protocol.id === 'ipv6' ? 40 : 0);
  return Math.max(0, end - layer.start - header);
}
/** It is the first piece of a packet that went on in others. */
export function isFragment({ below }: Layer): boolean {
  if (below?.protocol.id === 'ip') return (below.u16(6) & 0x2000) !== 0;
  return below?.value('ipv6.fraghdr.more') === 1;
}

function options(layer: Layer, end: number): void {
  let at = LEAST_HEADER;
  while (at < end) {
    const kind = layer.u8(at);
    layer.put('tcp.option_kind', at, 1);
    // Behind the end there is padding, which is zero.
    if (kind < 2) {
      at += 1;
      continue;
    }
    const length = layer.u8(at + 1);
    if (length < 2 || at + length > end) return void layer.malformed();
    layer.put('tcp.option_len', at + 1, 1);
    option(layer, at, kind, length);
    at += length;
  }
}

function option(layer: Layer, at: number, kind: number, length: number): void {
  if (kind === 2 && length === 4) layer.put('tcp.options.mss_val', at + 2, 2);
  else if (kind === 3 && length === 3) layer.put('tcp.options.wscale.shift', at + 2, 1);
  else if (kind === 8 && length === 10) {
    layer.put('tcp.options.timestamp.tsval', at + 2, 4);
    layer.put('tcp.options.timestamp.tsecr', at + 6, 4);
  } else if (kind === 5)
    for (let block = 2; block + 8 <= length; block += 8) {
      layer.put('tcp.options.sack_le', at + block, 4);
      layer.put('tcp.options.sack_re', at + block + 4, 4);
    }
}

/**
 * Fields of a segment that no byte of it says: what it is in its stream, by what was seen of both ends before it. Names are
 * Wireshark's; who concludes them is `conversations/`.
 */
import type { Layer } from '../layer.ts';
import { type FieldRow, type FieldTuple, rows } from '../protocol.ts';

const MADE = { made: true } as const;
const SEEN: readonly FieldTuple[] = [
  ['tcp.stream', 0, 0, 'number', 'number of the stream', '流编号', '§3.3.1', MADE],
  [
    'tcp.seq',
    0,
    0,
    'number',
    'first byte, counted from the beginning of the stream',
    '相对序号',
    '§3.4',
    MADE,
  ],
  ['tcp.nxtseq', 0, 0, 'number', 'byte that comes after it', '下一序号', '§3.4', MADE],
  [
    'tcp.ack',
    0,
    0,
    'number',
    'next byte that is expected, counted from the beginning',
    '相对确认号',
    '§3.4',
    MADE,
  ],
  ['tcp.window_size', 0, 0, 'number', 'window in bytes', '窗口字节数', 'RFC 7323 §2.3', MADE],
  [
    'tcp.window_size_scalefactor',
    0,
    0,
    'number',
    'a window counts times',
    '窗口缩放倍数',
    'RFC 7323 §2.3',
    MADE,
  ],
  [
    'tcp.time_relative',
    0,
    0,
    'number',
    'seconds since the first of the stream',
    '距本流首个的秒数',
    '',
    MADE,
  ],
  [
    'tcp.time_delta',
    0,
    0,
    'number',
    'seconds since the last one of the stream',
    '距本流上一个的秒数',
    '',
    MADE,
  ],
];
const CONCLUDED: readonly FieldTuple[] = [
  ['tcp.analysis', 0, 0, 'group', 'what it is in its stream', '在流中的作用', '', MADE],
  ['tcp.analysis.acks_frame', 0, 0, 'number', 'acknowledges the packet', '确认的是第几个包', '§3.4', MADE],
  [
    'tcp.analysis.ack_rtt',
    0,
    0,
    'number',
    'seconds until it was acknowledged',
    '确认用时（秒）',
    'RFC 6298 §3',
    MADE,
  ],
  [
    'tcp.analysis.initial_rtt',
    0,
    0,
    'number',
    'seconds that opening the stream took',
    '建立连接用时（秒）',
    '§3.5',
    MADE,
  ],
  [
    'tcp.analysis.bytes_in_flight',
    0,
    0,
    'number',
    'bytes that are not acknowledged yet',
    '在途字节数',
    'RFC 5681 §2',
    MADE,
  ],
  ['tcp.analysis.flags', 0, 0, 'group', 'worth a look', '值得注意', '', MADE],
  ['tcp.analysis.retransmission', 0, 0, 'group', 'sent again', '重传', '§3.8.1', MADE],
  [
    'tcp.analysis.fast_retransmission',
    0,
    0,
    'group',
    'sent again at once, after several repeated acknowledgements',
    '快速重传',
    'RFC 5681 §3.2',
    MADE,
  ],
  [
    'tcp.analysis.spurious_retransmission',
    0,
    0,
    'group',
    'sent again although it was acknowledged',
    '虚假重传',
    'RFC 5682 §1',
    MADE,
  ],
  ['tcp.analysis.out_of_order', 0, 0, 'group', 'overtaken on its way', '乱序', 'RFC 5681 §3.2', MADE],
  [
    'tcp.analysis.lost_segment',
    0,
    0,
    'group',
    'bytes before it were not seen',
    '之前有未见到的数据',
    '§3.4',
    MADE,
  ],
  [
    'tcp.analysis.ack_lost_segment',
    0,
    0,
    'group',
    'acknowledges what was not seen',
    '确认了未见到的数据',
    '§3.4',
    MADE,
  ],
  [
    'tcp.analysis.duplicate_ack',
    0,
    0,
    'group',
    'repeats an acknowledgement',
    '重复确认',
    'RFC 5681 §2',
    MADE,
  ],
  [
    'tcp.analysis.duplicate_ack_num',
    0,
    0,
    'number',
    'for the how manyth time',
    '第几次重复',
    'RFC 5681 §2',
    MADE,
  ],
  [
    'tcp.analysis.duplicate_ack_frame',
    0,
    0,
    'number',
    'repeats that of packet',
    '重复的是第几个包',
    'RFC 5681 §2',
    MADE,
  ],
  ['tcp.analysis.zero_window', 0, 0, 'group', 'takes no further bytes', '零窗口', '§3.8.6', MADE],
  [
    'tcp.analysis.zero_window_probe',
    0,
    0,
    'group',
    'asks whether bytes are taken again',
    '零窗口探测',
    '§3.8.6.1',
    MADE,
  ],
  [
    'tcp.analysis.zero_window_probe_ack',
    0,
    0,
    'group',
    'answers that none are taken yet',
    '零窗口探测应答',
    '§3.8.6.1',
    MADE,
  ],
  [
    'tcp.analysis.window_update',
    0,
    0,
    'group',
    'takes another number of bytes than before',
    '窗口更新',
    '§3.8.6',
    MADE,
  ],
  ['tcp.analysis.window_full', 0, 0, 'group', 'fills what the other end takes', '窗口已满', '§3.8.6', MADE],
  ['tcp.analysis.keep_alive', 0, 0, 'group', 'asks whether the other end is there', '保活', '§3.8.4', MADE],
  ['tcp.analysis.keep_alive_ack', 0, 0, 'group', 'answers that it is there', '保活应答', '§3.8.4', MADE],
  [
    'tcp.analysis.reused_ports',
    0,
    0,
    'group',
    'a new stream between the same ports',
    '端口重用',
    '§3.6.1',
    MADE,
  ],
];
export const TCP_STREAM_ROWS: readonly FieldRow[] = rows('RFC 9293', [...SEEN, ...CONCLUDED]);
export const UDP_STREAM_ROWS: readonly FieldRow[] = rows('RFC 768', [
  ['udp.stream', 0, 0, 'number', 'number of the exchange', '流编号', '', MADE],
  ['udp.time_relative', 0, 0, 'number', 'seconds since its first', '距首个的秒数', '', MADE],
  ['udp.time_delta', 0, 0, 'number', 'seconds since the last one of it', '距上一个的秒数', '', MADE],
]);
/** Names that a packet by itself does not have. */
export const OF_STREAMS: ReadonlySet<string> = new Set(
  [...TCP_STREAM_ROWS, ...UDP_STREAM_ROWS].map(({ name }) => name),
);

/** What is said first of a segment in a list, the weightiest first: as people know it from Wireshark. */
const MARKS = [
  ...[
    ['reused_ports', 'Port numbers reused'],
    ['lost_segment', 'Previous segment not captured'],
  ],
  ...[
    ['ack_lost_segment', 'ACKed unseen segment'],
    ['fast_retransmission', 'Fast Retransmission'],
  ],
  ...[
    ['spurious_retransmission', 'Spurious Retransmission'],
    ['out_of_order', 'Out-Of-Order'],
  ],
  ...[
    ['retransmission', 'Retransmission'],
    ['keep_alive', 'Keep-Alive'],
    ['keep_alive_ack', 'Keep-Alive ACK'],
  ],
  ...[
    ['window_update', 'Window Update'],
    ['window_full', 'Window Full'],
  ],
  ...[
    ['zero_window_probe', 'ZeroWindowProbe'],
    ['zero_window_probe_ack', 'ZeroWindowProbeAck'],
  ],
  ['zero_window', 'ZeroWindow'],
] as const;
/** Nothing of these is wrong. */
const HARMLESS: ReadonlySet<string> = new Set(['window_update', 'keep_alive', 'keep_alive_ack']);

function marksOf(layer: Layer): readonly string[] {
  const flags = layer.fields
    .find(({ row }) => row.name === 'tcp.analysis')
    ?.fields.find(({ row }) => row.name === 'tcp.analysis.flags');
  return flags?.fields.map(({ row }) => row.name.slice('tcp.analysis.'.length)) ?? [];
}

/** `[Retransmission] `, or nothing. */
export function markOf(layer: Layer): string {
  const own = marksOf(layer);
  if (own.length === 0) return '';
  const said = MARKS.filter(([name]) => own.includes(name)).map(([, text]): string => text);
  if (own.includes('duplicate_ack')) {
    const analysis = layer.number('tcp.analysis.duplicate_ack_num');
    said.push(`Dup ACK ${layer.number('tcp.analysis.duplicate_ack_frame')}#${analysis}`);
  }
  return said.map((each) => `[${each}] `).join('');
}
/** `bad`: something was lost, overtaken or refused. `mild`: worth a look, and nothing wrong. */
export function weightOf(layer: Layer): 'bad' | 'mild' | undefined {
  const own = marksOf(layer);
  if (own.length === 0) return undefined;
  return own.every((name) => HARMLESS.has(name)) ? 'mild' : 'bad';
}

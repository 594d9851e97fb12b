/**
 * Fields of a segment that no byte of it says: what it is in its stream, by what was seen of both ends before it. Names are
 * Wireshark's; who concludes them is `conversations/`.
 */
import type { Layer } from '../layer.ts';
import { type FieldKind, type FieldRow, rows } from '../protocol.ts';

/** Name, kind, English, Chinese, section: no bits hold such a field. */
type MadeField = readonly [name: string, kind: FieldKind, en: string, zh: string, section: string];

function madeRows(specification: string, fields: readonly MadeField[]): readonly FieldRow[] {
  return rows(
    specification,
    fields.map(([name, kind, en, zh, section]) => [name, 0, 0, kind, en, zh, section, { made: true }]),
  );
}

const SEEN: readonly MadeField[] = [
  ['tcp.stream', 'number', 'number of the stream', '流编号', '§3.3.1'],
  ['tcp.seq', 'number', 'first byte, counted from the beginning of the stream', '相对序号', '§3.4'],
  ['tcp.nxtseq', 'number', 'byte that comes after it', '下一序号', '§3.4'],
  ['tcp.ack', 'number', 'next byte that is expected, counted from the beginning', '相对确认号', '§3.4'],
  ['tcp.window_size', 'number', 'window in bytes', '窗口字节数', 'RFC 7323 §2.3'],
  ['tcp.window_size_scalefactor', 'number', 'a window counts times', '窗口缩放倍数', 'RFC 7323 §2.3'],
  ['tcp.time_relative', 'number', 'seconds since the first of the stream', '距本流首个的秒数', ''],
  ['tcp.time_delta', 'number', 'seconds since the last one of the stream', '距本流上一个的秒数', ''],
];
const CONCLUDED: readonly MadeField[] = [
  ['tcp.analysis', 'group', 'what it is in its stream', '在流中的作用', ''],
  ['tcp.analysis.acks_frame', 'number', 'acknowledges the packet', '确认的是第几个包', '§3.4'],
  ['tcp.analysis.ack_rtt', 'number', 'seconds until it was acknowledged', '确认用时（秒）', 'RFC 6298 §3'],
  [
    'tcp.analysis.initial_rtt',
    'number',
    'seconds that opening the stream took',
    '建立连接用时（秒）',
    '§3.5',
  ],
  [
    'tcp.analysis.bytes_in_flight',
    'number',
    'bytes that are not acknowledged yet',
    '在途字节数',
    'RFC 5681 §2',
  ],
  ['tcp.analysis.flags', 'group', 'worth a look', '值得注意', ''],
  ['tcp.analysis.retransmission', 'group', 'sent again', '重传', '§3.8.1'],
  [
    'tcp.analysis.fast_retransmission',
    'group',
    'sent again at once, after several repeated acknowledgements',
    '快速重传',
    'RFC 5681 §3.2',
  ],
  [
    'tcp.analysis.spurious_retransmission',
    'group',
    'sent again although it was acknowledged',
    '虚假重传',
    'RFC 5682 §1',
  ],
  ['tcp.analysis.out_of_order', 'group', 'overtaken on its way', '乱序', 'RFC 5681 §3.2'],
  ['tcp.analysis.lost_segment', 'group', 'bytes before it were not seen', '之前有未见到的数据', '§3.4'],
  ['tcp.analysis.ack_lost_segment', 'group', 'acknowledges what was not seen', '确认了未见到的数据', '§3.4'],
  ['tcp.analysis.duplicate_ack', 'group', 'repeats an acknowledgement', '重复确认', 'RFC 5681 §2'],
  ['tcp.analysis.duplicate_ack_num', 'number', 'for the how manyth time', '第几次重复', 'RFC 5681 §2'],
  ['tcp.analysis.duplicate_ack_frame', 'number', 'repeats that of packet', '重复的是第几个包', 'RFC 5681 §2'],
  ['tcp.analysis.zero_window', 'group', 'takes no further bytes', '零窗口', '§3.8.6'],
  ['tcp.analysis.zero_window_probe', 'group', 'asks whether bytes are taken again', '零窗口探测', '§3.8.6.1'],
  [
    'tcp.analysis.zero_window_probe_ack',
    'group',
    'answers that none are taken yet',
    '零窗口探测应答',
    '§3.8.6.1',
  ],
  ['tcp.analysis.window_update', 'group', 'takes another number of bytes than before', '窗口更新', '§3.8.6'],
  ['tcp.analysis.window_full', 'group', 'fills what the other end takes', '窗口已满', '§3.8.6'],
  ['tcp.analysis.keep_alive', 'group', 'asks whether the other end is there', '保活', '§3.8.4'],
  ['tcp.analysis.keep_alive_ack', 'group', 'answers that it is there', '保活应答', '§3.8.4'],
  ['tcp.analysis.reused_ports', 'group', 'a new stream between the same ports', '端口重用', '§3.6.1'],
];
/** Of messages that stand in several segments. */
const PUT_TOGETHER: readonly MadeField[] = [
  [
    'tcp.segment_data',
    'bytes',
    'bytes of a message that stands in several segments',
    '跨多个段的消息数据',
    '',
  ],
  ['tcp.segments', 'group', 'put together of', '由多个段重组', ''],
  ['tcp.segment', 'number', 'a part is in packet', '所在的包', ''],
  ['tcp.segment.count', 'number', 'number of parts', '段数', ''],
  ['tcp.reassembled.length', 'number', 'bytes of the whole message', '重组后的字节数', ''],
];
export const TCP_STREAM_ROWS: readonly FieldRow[] = madeRows('RFC 9293', [...SEEN, ...CONCLUDED]);
export const TCP_MESSAGE_ROWS: readonly FieldRow[] = madeRows('RFC 9293', PUT_TOGETHER);
export const UDP_STREAM_ROWS: readonly FieldRow[] = madeRows('RFC 768', [
  ['udp.stream', 'number', 'number of the exchange', '流编号', ''],
  ['udp.time_relative', 'number', 'seconds since its first', '距首个的秒数', ''],
  ['udp.time_delta', 'number', 'seconds since the last one of it', '距上一个的秒数', ''],
]);
/** Names that a packet by itself does not have. */
export const OF_STREAMS: ReadonlySet<string> = new Set(
  [...TCP_STREAM_ROWS, ...TCP_MESSAGE_ROWS, ...UDP_STREAM_ROWS].map(({ name }) => name),
);

/** What is said first of a segment in a list, the weightiest first: as people know it from Wireshark. */
const MARKS = [
  ['reused_ports', 'Port numbers reused'],
  ['lost_segment', 'Previous segment not captured'],
  ['ack_lost_segment', 'ACKed unseen segment'],
  ['fast_retransmission', 'Fast Retransmission'],
  ['spurious_retransmission', 'Spurious Retransmission'],
  ['out_of_order', 'Out-Of-Order'],
  ['retransmission', 'Retransmission'],
  ['keep_alive', 'Keep-Alive'],
  ['keep_alive_ack', 'Keep-Alive ACK'],
  ['window_update', 'Window Update'],
  ['window_full', 'Window Full'],
  ['zero_window_probe', 'ZeroWindowProbe'],
  ['zero_window_probe_ack', 'ZeroWindowProbeAck'],
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
    const count = layer.number('tcp.analysis.duplicate_ack_num');
    said.push(`Dup ACK ${layer.number('tcp.analysis.duplicate_ack_frame')}#${count}`);
  }
  return said.map((each) => `[${each}] `).join('');
}
/** `bad`: something was lost, overtaken or refused. `mild`: worth a look, and nothing wrong. */
export function weightOf(layer: Layer): 'bad' | 'mild' | undefined {
  const own = marksOf(layer);
  if (own.length === 0) return undefined;
  return own.every((name) => HARMLESS.has(name)) ? 'mild' : 'bad';
}

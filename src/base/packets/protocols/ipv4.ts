/** The internet protocol, version 4. */
import { type Protocol, rows } from '../protocol.ts';
import { ipv4Text } from '../values.ts';
import { byIpProtocol, IP_PROTOCOLS } from './names.ts';

const LEAST_HEADER = 20;
const IN_FIELD = { within: 'ip.dsfield' } as const;
const ECN = { 0: 'not capable', 1: 'ECT(1)', 2: 'ECT(0)', 3: 'congestion' };

export const IPV4: Protocol = {
  id: 'ip',
  title: { en: 'IPv4', zh: 'IPv4' },
  rows: rows('RFC 791', [
    ['ip.version', 0, 4, 'number', 'version', '版本', '§3.1'],
    ['ip.hdr_len', 4, 4, 'number', 'bytes of the header', '首部字节数', '§3.1', { times: 4 }],
    ['ip.dsfield', 8, 8, 'hex', 'differentiated services', '区分服务', 'RFC 2474 §3'],
    ['ip.dsfield.dscp', 8, 6, 'number', 'code point', '代码点', 'RFC 2474 §3', IN_FIELD],
    [
      'ip.dsfield.ecn',
      14,
      2,
      'number',
      'congestion',
      '拥塞通知',
      'RFC 3168 §5',
      { ...IN_FIELD, values: ECN },
    ],
    ['ip.len', 16, 16, 'number', 'bytes of the packet', '总长度', '§3.1'],
    ['ip.id', 32, 16, 'hex', 'number of the packet', '标识', '§3.1'],
    ['ip.flags', 48, 3, 'hex', 'flags', '标志', '§3.1'],
    ['ip.flags.rb', 48, 1, 'flag', 'reserved', '保留', '§3.1', { within: 'ip.flags' }],
    ['ip.flags.df', 49, 1, 'flag', 'not to be fragmented', '不分片', '§3.1', { within: 'ip.flags' }],
    ['ip.flags.mf', 50, 1, 'flag', 'more fragments', '还有分片', '§3.1', { within: 'ip.flags' }],
    ['ip.frag_offset', 51, 13, 'number', 'place of the fragment', '分片偏移', '§3.1', { times: 8 }],
    ['ip.ttl', 64, 8, 'number', 'hops left', '生存时间', '§3.1'],
    ['ip.proto', 72, 8, 'number', 'protocol', '协议', '§3.1', { values: IP_PROTOCOLS }],
    ['ip.checksum', 80, 16, 'hex', 'checksum of the header', '首部校验和', '§3.1'],
    ['ip.src', 96, 32, 'ipv4', 'source', '源地址', '§3.1', { also: 'ip.addr' }],
    ['ip.dst', 128, 32, 'ipv4', 'destination', '目的地址', '§3.1', { also: 'ip.addr' }],
    ['ip.options', 160, 0, 'bytes', 'options', '选项', '§3.1'],
  ]),
  dissect(layer) {
    if (!layer.fixed()) return undefined;
    const header = (layer.u8(0) & 15) * 4;
    if (header < LEAST_HEADER) return layer.malformed();
    if (header > LEAST_HEADER) layer.put('ip.options', LEAST_HEADER, header - LEAST_HEADER);
    // Zero: a segment that the card is still to cut.
    const total = layer.u16(2);
    if (total !== 0 && total < header) return layer.malformed();
    if (total > layer.length) layer.problem ??= 'cut';
    else if (total !== 0) layer.end = layer.start + total;
    // Only the first fragment has the header of what it carries.
    const isFirst = (layer.u16(6) & 0x1fff) === 0;
    return { protocol: isFirst ? byIpProtocol(layer.u8(9), 4) : 'data', at: header };
  },
  summary: (layer) =>
    `${IP_PROTOCOLS[layer.u8(9)] ?? `protocol ${layer.u8(9)}`}, ${ipv4Text(layer.slice(12, 4))} → ${ipv4Text(layer.slice(16, 4))}`,
};

/** The internet protocol, version 6, with the headers that may stand behind its own. */
import type { Layer } from '../layer.ts';
import { type Next, type Protocol, rows } from '../protocol.ts';
import { ipv6Text } from '../values.ts';
import { byIpProtocol, IP_PROTOCOLS } from './names.ts';

const HEADER = 40;
/** Headers in a chain that are followed. */
const MOST_HEADERS = 8;
const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const DESTINATION = 60;

/** By number, the beginning of the names of a header's fields. */
const EXTENSIONS: Readonly<Record<number, string>> = {
  [HOP_BY_HOP]: 'ipv6.hopopts',
  [ROUTING]: 'ipv6.routing',
  [DESTINATION]: 'ipv6.dstopts',
};

const OPTIONS = { 0: 'one byte of padding', 1: 'padding', 5: 'routers are to look', 194: 'large packet' };
/** Options of one header that are looked at. */
const MOST_OPTIONS = 64;

export const IPV6: Protocol = {
  id: 'ipv6',
  title: { en: 'IPv6', zh: 'IPv6' },
  rows: rows('RFC 8200', [
    ['ipv6.version', 0, 4, 'number', 'version', '版本', '§3'],
    ['ipv6.tclass', 4, 8, 'hex', 'traffic class', '流量类别', '§7'],
    ['ipv6.tclass.dscp', 4, 6, 'number', 'code point', '代码点', 'RFC 2474 §3', { within: 'ipv6.tclass' }],
    ['ipv6.tclass.ecn', 10, 2, 'number', 'congestion', '拥塞通知', 'RFC 3168 §5', { within: 'ipv6.tclass' }],
    ['ipv6.flow', 12, 20, 'hex', 'flow label', '流标签', '§6'],
    ['ipv6.plen', 32, 16, 'number', 'bytes behind the header', '载荷长度', '§3'],
    ['ipv6.nxt', 48, 8, 'number', 'next header', '下一首部', '§3', { values: IP_PROTOCOLS }],
    ['ipv6.hlim', 56, 8, 'number', 'hops left', '跳数限制', '§3'],
    ['ipv6.src', 64, 128, 'ipv6', 'source', '源地址', '§3', { also: 'ipv6.addr' }],
    ['ipv6.dst', 192, 128, 'ipv6', 'destination', '目的地址', '§3', { also: 'ipv6.addr' }],
    ['ipv6.hopopts', 0, 0, 'group', 'options for every hop', '逐跳选项', '§4.3'],
    ['ipv6.hopopts.nxt', 0, 0, 'number', 'next header', '下一首部', '§4.3', { values: IP_PROTOCOLS }],
    ['ipv6.hopopts.len', 0, 0, 'number', 'length', '长度', '§4.3'],
    ['ipv6.routing', 0, 0, 'group', 'routing header', '路由首部', '§4.4'],
    ['ipv6.routing.nxt', 0, 0, 'number', 'next header', '下一首部', '§4.4', { values: IP_PROTOCOLS }],
    ['ipv6.routing.len', 0, 0, 'number', 'length', '长度', '§4.4'],
    ['ipv6.dstopts', 0, 0, 'group', 'options for the destination', '目的选项', '§4.6'],
    ['ipv6.dstopts.nxt', 0, 0, 'number', 'next header', '下一首部', '§4.6', { values: IP_PROTOCOLS }],
    ['ipv6.dstopts.len', 0, 0, 'number', 'length', '长度', '§4.6'],
    ['ipv6.routing.type', 0, 0, 'number', 'kind of way', '路由类型', '§4.4'],
    ['ipv6.routing.segleft', 0, 0, 'number', 'stations still to come', '剩余段数', '§4.4'],
    ['ipv6.opt.type', 0, 0, 'hex', 'option', '选项', '§4.2', { values: OPTIONS }],
    ['ipv6.opt.length', 0, 0, 'number', 'bytes of the option', '选项长度', '§4.2'],
    ['ipv6.fraghdr', 0, 0, 'group', 'fragment header', '分片首部', '§4.5'],
    ['ipv6.fraghdr.nxt', 0, 0, 'number', 'next header', '下一首部', '§4.5', { values: IP_PROTOCOLS }],
    ['ipv6.fraghdr.offset', 0, 0, 'number', 'place, in units of 8 bytes', '偏移（8 字节单位）', '§4.5'],
    ['ipv6.fraghdr.more', 0, 0, 'flag', 'more fragments', '还有分片', '§4.5'],
    ['ipv6.fraghdr.ident', 0, 0, 'hex', 'number of the packet', '标识', '§4.5'],
  ]),
  dissect(layer) {
    if (!layer.fixed()) return undefined;
    const length = HEADER + layer.u16(4);
    if (length > layer.length) layer.problem ??= 'cut';
    else if (length > HEADER) layer.end = layer.start + length;
    return extensions(layer);
  },
  summary: (layer) => `${ipv6Text(layer.slice(8, 16))} → ${ipv6Text(layer.slice(24, 16))}`,
};

function extensions(layer: Layer): Next | undefined {
  let [next, at] = [layer.u8(6), HEADER];
  for (let count = 0; count < MOST_HEADERS; count++) {
    if (next === FRAGMENT) {
      const isFirst = fragment(layer, at);
      [next, at] = [layer.u8(at), at + 8];
      if (!isFirst) return { protocol: 'data', at };
      continue;
    }
    const name = EXTENSIONS[next];
    if (name === undefined) return { protocol: byIpProtocol(next, 6), at };
    const length = (layer.u8(at + 1) + 1) * 8;
    const begin = at;
    layer.group(name, begin, length, () => {
      layer.put(`${name}.nxt`, begin, 1);
      layer.put(`${name}.len`, begin + 1, 1);
      if (name === 'ipv6.routing') {
        layer.put('ipv6.routing.type', begin + 2, 1);
        layer.put('ipv6.routing.segleft', begin + 3, 1);
      } else options(layer, begin + 2, begin + length);
    });
    if (!layer.has(at, length)) return undefined;
    [next, at] = [layer.u8(at), at + length];
  }
  return { protocol: 'data', at };
}

function options(layer: Layer, from: number, end: number): void {
  let at = from;
  for (let count = 0; count < MOST_OPTIONS && at < end; count++) {
    layer.put('ipv6.opt.type', at, 1);
    // One byte of padding has no length.
    if (layer.u8(at) !== 0) layer.put('ipv6.opt.length', at + 1, 1);
    at += layer.u8(at) === 0 ? 1 : 2 + layer.u8(at + 1);
  }
}

/** True: it has the beginning of what was sent. */
function fragment(layer: Layer, at: number): boolean {
  const offset = layer.u16(at + 2) >> 3;
  layer.group('ipv6.fraghdr', at, 8, () => {
    layer.put('ipv6.fraghdr.nxt', at, 1);
    layer.put('ipv6.fraghdr.offset', at + 2, 2, offset);
    layer.put('ipv6.fraghdr.more', at + 2, 2, layer.u16(at + 2) & 1);
    layer.put('ipv6.fraghdr.ident', at + 4, 4);
  });
  return offset === 0;
}

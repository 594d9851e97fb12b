/** Messages of IPv6 about itself: echo, neighbours, routers, groups. */
import type { Layer } from '../layer.ts';
import { type Next, type Protocol, rows } from '../protocol.ts';
import { ipv6Text } from '../values.ts';

const TYPES = {
  1: 'destination unreachable',
  2: 'packet too big',
  3: 'time exceeded',
  4: 'parameter problem',
  128: 'echo request',
  129: 'echo reply',
  130: 'query for groups',
  131: 'report of a group',
  132: 'end of a group',
  133: 'router solicitation',
  134: 'router advertisement',
  135: 'neighbour solicitation',
  136: 'neighbour advertisement',
  137: 'redirect',
  143: 'report of groups',
};
const OPTIONS = {
  1: 'source link address',
  2: 'target link address',
  3: 'prefix',
  5: 'MTU',
  24: 'route',
  25: 'DNS servers',
  31: 'DNS domains',
};
const ND = 'RFC 4861';
/** Options of one message, and groups of one report, that are looked at. */
const MOST_PARTS = 64;

export const ICMPV6: Protocol = {
  id: 'icmpv6',
  title: { en: 'ICMPv6', zh: 'ICMPv6' },
  rows: [
    ...rows('RFC 4443', [
      ['icmpv6.type', 0, 8, 'number', 'type', '类型', '§2.1', { values: TYPES }],
      ['icmpv6.code', 8, 8, 'number', 'code', '代码', '§2.1'],
      ['icmpv6.checksum', 16, 16, 'hex', 'checksum', '校验和', '§2.3'],
      ['icmpv6.mtu', 0, 0, 'number', 'MTU of the next hop', '下一跳 MTU', '§3.2'],
      ['icmpv6.echo.identifier', 0, 0, 'hex', 'identifier', '标识', '§4.1'],
      ['icmpv6.echo.sequence_number', 0, 0, 'number', 'number of the message', '序号', '§4.1'],
    ]),
    ...rows(ND, [
      ['icmpv6.nd.ns.target_address', 0, 0, 'ipv6', 'who is asked for', '目标地址', '§4.3'],
      ['icmpv6.nd.na.flag', 0, 0, 'hex', 'flags', '标志', '§4.4'],
      ['icmpv6.nd.na.flag.r', 0, 0, 'flag', 'is a router', '路由器', '§4.4'],
      ['icmpv6.nd.na.flag.s', 0, 0, 'flag', 'was asked for', '被请求', '§4.4'],
      ['icmpv6.nd.na.flag.o', 0, 0, 'flag', 'replaces what is known', '覆盖', '§4.4'],
      ['icmpv6.nd.na.target_address', 0, 0, 'ipv6', 'whose address it is', '目标地址', '§4.4'],
      ['icmpv6.nd.ra.cur_hop_limit', 0, 0, 'number', 'hop limit', '跳数限制', '§4.2'],
      ['icmpv6.nd.ra.flag', 0, 0, 'hex', 'flags', '标志', '§4.2'],
      ['icmpv6.nd.ra.flag.m', 0, 0, 'flag', 'addresses by DHCPv6', '地址由 DHCPv6 管理', '§4.2'],
      ['icmpv6.nd.ra.flag.o', 0, 0, 'flag', 'other things by DHCPv6', '其他配置', '§4.2'],
      [
        'icmpv6.nd.ra.router_lifetime',
        0,
        0,
        'number',
        'router for so many seconds',
        '路由器寿命（秒）',
        '§4.2',
      ],
      ['icmpv6.nd.ra.reachable_time', 0, 0, 'number', 'reachable for, in ms', '可达时间（毫秒）', '§4.2'],
      ['icmpv6.nd.ra.retrans_timer', 0, 0, 'number', 'asked again after, in ms', '重传间隔（毫秒）', '§4.2'],
      ['icmpv6.nd.rd.target_address', 0, 0, 'ipv6', 'better next hop', '更优下一跳', '§4.5'],
      ['icmpv6.rd.na.destination_address', 0, 0, 'ipv6', 'for whom', '目的地址', '§4.5'],
      ['icmpv6.opt', 0, 0, 'group', 'option', '选项', '§4.6', { values: OPTIONS }],
      ['icmpv6.opt.type', 0, 0, 'number', 'type', '类型', '§4.6', { values: OPTIONS }],
      ['icmpv6.opt.length', 0, 0, 'number', 'length, in units of 8 bytes', '长度（8 字节单位）', '§4.6'],
      ['icmpv6.opt.linkaddr', 0, 0, 'mac', 'link address', '链路地址', '§4.6.1'],
      ['icmpv6.opt.prefix.length', 0, 0, 'number', 'length of the prefix', '前缀长度', '§4.6.2'],
      ['icmpv6.opt.prefix.flag', 0, 0, 'hex', 'flags', '标志', '§4.6.2'],
      ['icmpv6.opt.prefix.flag.l', 0, 0, 'flag', 'is on this link', '在本链路', '§4.6.2'],
      ['icmpv6.opt.prefix.flag.a', 0, 0, 'flag', 'addresses may be made of it', '可自动配置地址', '§4.6.2'],
      ['icmpv6.opt.prefix.valid_lifetime', 0, 0, 'number', 'valid for, in s', '有效期（秒）', '§4.6.2'],
      [
        'icmpv6.opt.prefix.preferred_lifetime',
        0,
        0,
        'number',
        'preferred for, in s',
        '首选期（秒）',
        '§4.6.2',
      ],
      ['icmpv6.opt.prefix', 0, 0, 'ipv6', 'prefix', '前缀', '§4.6.2'],
      ['icmpv6.opt.mtu', 0, 0, 'number', 'MTU', 'MTU', '§4.6.4'],
      ['icmpv6.opt.route_lifetime', 0, 0, 'number', 'valid for, in s', '有效期（秒）', 'RFC 4191 §2.3'],
      ['icmpv6.opt.rdnss.lifetime', 0, 0, 'number', 'valid for, in s', '有效期（秒）', 'RFC 8106 §5.1'],
      ['icmpv6.opt.rdnss', 0, 0, 'ipv6', 'name server', '域名服务器', 'RFC 8106 §5.1'],
    ]),
    ...rows('RFC 2710', [
      [
        'icmpv6.mld.maximum_response_delay',
        0,
        0,
        'number',
        'answered within, in ms',
        '最长应答延迟（毫秒）',
        '§3.4',
      ],
      ['icmpv6.mld.multicast_address', 0, 0, 'ipv6', 'group', '组播地址', '§3.6'],
    ]),
    ...rows('RFC 3810', [
      ['icmpv6.mldr.nb_mcast_records', 0, 0, 'number', 'number of groups', '组播记录数', '§5.2'],
      ['icmpv6.mldr.mar.record_type', 0, 0, 'number', 'type of the record', '记录类型', '§5.2.12'],
      ['icmpv6.mldr.mar.aux_data_len', 0, 0, 'number', 'further words', '附加数据长度', '§5.2.6'],
      ['icmpv6.mldr.mar.nb_sources', 0, 0, 'number', 'number of sources', '源数目', '§5.2.7'],
      ['icmpv6.mldr.mar.multicast_address', 0, 0, 'ipv6', 'group', '组播地址', '§5.2.8'],
    ]),
  ],
  dissect(layer) {
    if (!layer.fixed()) return undefined;
    const type = layer.u8(0);
    const read = BY_TYPE[type];
    return read === undefined ? { protocol: 'data', at: 4 } : read(layer);
  },
  summary(layer) {
    const type = layer.u8(0);
    const name = TYPES[type as keyof typeof TYPES] ?? `type ${type}`;
    if (type === 135 || type === 136) return `${name} ${ipv6Text(layer.slice(8, 16))}`;
    return type === 128 || type === 129 ? `${name} id ${layer.u16(4)} seq ${layer.u16(6)}` : name;
  },
};

const about = (): Next => ({ protocol: 'ipv6', at: 8 });
function echo(layer: Layer): Next {
  layer.put('icmpv6.echo.identifier', 4, 2);
  layer.put('icmpv6.echo.sequence_number', 6, 2);
  return { protocol: 'data', at: 8 };
}

const BY_TYPE: Readonly<Record<number, (layer: Layer) => Next | undefined>> = {
  1: about,
  2(layer) {
    layer.put('icmpv6.mtu', 4, 4);
    return about();
  },
  3: about,
  4: about,
  128: echo,
  129: echo,
  130: group,
  131: group,
  132: group,
  133: (layer) => options(layer, 8),
  134(layer) {
    layer.put('icmpv6.nd.ra.cur_hop_limit', 4, 1);
    const flags = layer.u8(5);
    layer.group('icmpv6.nd.ra.flag', 5, 1, () => {
      layer.put('icmpv6.nd.ra.flag.m', 5, 1, flags >> 7);
      layer.put('icmpv6.nd.ra.flag.o', 5, 1, (flags >> 6) & 1);
    });
    layer.put('icmpv6.nd.ra.router_lifetime', 6, 2);
    layer.put('icmpv6.nd.ra.reachable_time', 8, 4);
    layer.put('icmpv6.nd.ra.retrans_timer', 12, 4);
    return options(layer, 16);
  },
  135(layer) {
    layer.put('icmpv6.nd.ns.target_address', 8, 16);
    return options(layer, 24);
  },
  136(layer) {
    const flags = layer.u8(4);
    layer.group('icmpv6.nd.na.flag', 4, 4, () => {
      layer.put('icmpv6.nd.na.flag.r', 4, 4, flags >> 7);
      layer.put('icmpv6.nd.na.flag.s', 4, 4, (flags >> 6) & 1);
      layer.put('icmpv6.nd.na.flag.o', 4, 4, (flags >> 5) & 1);
    });
    layer.put('icmpv6.nd.na.target_address', 8, 16);
    return options(layer, 24);
  },
  137(layer) {
    layer.put('icmpv6.nd.rd.target_address', 8, 16);
    layer.put('icmpv6.rd.na.destination_address', 24, 16);
    return options(layer, 40);
  },
  143: groups,
};

/** One group, in the first version. */
function group(layer: Layer): undefined {
  layer.put('icmpv6.mld.maximum_response_delay', 4, 2);
  layer.put('icmpv6.mld.multicast_address', 8, 16);
}

/** Options of neighbour discovery: each says how many times eight bytes it has. */
function options(layer: Layer, first: number): undefined {
  let at = first;
  for (let count = 0; count < MOST_PARTS && at < layer.length; count++) {
    const begin = at;
    const [type, length] = [layer.u8(at), layer.u8(at + 1) * 8];
    if (length === 0) return layer.malformed();
    layer.group('icmpv6.opt', at, length, () => option(layer, begin, type, length), OPTIONS[type as 1] ?? '');
    at += length;
  }
  return undefined;
}

function option(layer: Layer, at: number, type: number, length: number): void {
  layer.put('icmpv6.opt.type', at, 1);
  layer.put('icmpv6.opt.length', at + 1, 1);
  if (type === 1 || type === 2) layer.put('icmpv6.opt.linkaddr', at + 2, 6);
  else if (type === 3 && length >= 32) prefix(layer, at);
  else if (type === 5) layer.put('icmpv6.opt.mtu', at + 4, 4);
  else if (type === 24 && length >= 16) {
    layer.put('icmpv6.opt.prefix.length', at + 2, 1);
    layer.put('icmpv6.opt.route_lifetime', at + 4, 4);
    // As many bytes as the prefix needs: none, eight or all.
    const prefix = new Uint8Array(16);
    prefix.set(layer.slice(at + 8, Math.min(16, length - 8)));
    layer.put('icmpv6.opt.prefix', at + 8, Math.min(16, length - 8), prefix);
  } else if (type === 25) {
    layer.put('icmpv6.opt.rdnss.lifetime', at + 4, 4);
    for (let server = 8; server + 16 <= length; server += 16) layer.put('icmpv6.opt.rdnss', at + server, 16);
  }
}

function prefix(layer: Layer, at: number): void {
  layer.put('icmpv6.opt.prefix.length', at + 2, 1);
  const flags = layer.u8(at + 3);
  layer.group('icmpv6.opt.prefix.flag', at + 3, 1, () => {
    layer.put('icmpv6.opt.prefix.flag.l', at + 3, 1, flags >> 7);
    layer.put('icmpv6.opt.prefix.flag.a', at + 3, 1, (flags >> 6) & 1);
  });
  layer.put('icmpv6.opt.prefix.valid_lifetime', at + 4, 4);
  layer.put('icmpv6.opt.prefix.preferred_lifetime', at + 8, 4);
  layer.put('icmpv6.opt.prefix', at + 16, 16);
}

/** Which groups a station listens to. */
function groups(layer: Layer): undefined {
  layer.put('icmpv6.mldr.nb_mcast_records', 6, 2);
  let at = 8;
  for (let count = Math.min(layer.u16(6), MOST_PARTS); count > 0 && layer.has(at, 20); count--) {
    layer.put('icmpv6.mldr.mar.record_type', at, 1);
    layer.put('icmpv6.mldr.mar.aux_data_len', at + 1, 1);
    layer.put('icmpv6.mldr.mar.nb_sources', at + 2, 2);
    layer.put('icmpv6.mldr.mar.multicast_address', at + 4, 16);
    at += 20 + layer.u16(at + 2) * 16 + layer.u8(at + 1) * 4;
  }
  return undefined;
}

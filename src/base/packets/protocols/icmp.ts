/** Messages of IPv4 about itself: echo, and what could not be delivered. */
import { type Protocol, rows } from '../protocol.ts';

const TYPES = {
  0: 'echo reply',
  3: 'destination unreachable',
  4: 'source quench',
  5: 'redirect',
  8: 'echo request',
  11: 'time exceeded',
  12: 'parameter problem',
};
/** Those that hold the beginning of the packet that they are about. */
const ABOUT_A_PACKET: readonly number[] = [3, 4, 5, 11, 12];
const HEADER = 8;

export const ICMP: Protocol = {
  id: 'icmp',
  title: { en: 'ICMP', zh: 'ICMP' },
  rows: rows('RFC 792', [
    ['icmp.type', 0, 8, 'number', 'type', '类型', '', { values: TYPES }],
    ['icmp.code', 8, 8, 'number', 'code', '代码', ''],
    ['icmp.checksum', 16, 16, 'hex', 'checksum', '校验和', ''],
    ['icmp.ident', 32, 0, 'number', 'identifier', '标识', 'p. 14'],
    ['icmp.seq', 48, 0, 'number', 'number of the message', '序号', 'p. 14'],
    ['icmp.mtu', 48, 0, 'number', 'MTU of the next hop', '下一跳 MTU', 'RFC 1191 §4'],
    ['icmp.redir_gw', 32, 0, 'ipv4', 'better gateway', '更优网关', 'p. 12'],
  ]),
  dissect(layer) {
    if (!layer.fixed()) return undefined;
    const type = layer.u8(0);
    if (type === 0 || type === 8) {
      layer.put('icmp.ident', 4, 2);
      layer.put('icmp.seq', 6, 2);
    }
    if (type === 3 && layer.u8(1) === 4) layer.put('icmp.mtu', 6, 2);
    if (type === 5) layer.put('icmp.redir_gw', 4, 4);
    return { protocol: ABOUT_A_PACKET.includes(type) ? 'ip' : 'data', at: HEADER };
  },
  summary(layer) {
    const name = TYPES[layer.u8(0) as keyof typeof TYPES] ?? `type ${layer.u8(0)}`;
    const isEcho = layer.u8(0) === 0 || layer.u8(0) === 8;
    return isEcho ? `${name} id ${layer.u16(4)} seq ${layer.u16(6)}` : `${name} (${layer.u8(1)})`;
  },
};

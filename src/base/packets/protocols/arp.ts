/** Who has an IPv4 address (RFC 826). */
import { type Protocol, rows } from '../protocol.ts';
import { ipv4Text, macText } from '../values.ts';
import { ETHER_TYPES } from './names.ts';

const HEADER = 8;
const OPERATIONS = { 1: 'request', 2: 'reply' };

export const ARP: Protocol = {
  id: 'arp',
  title: { en: 'address resolution', zh: '地址解析' },
  rows: rows('RFC 826', [
    ['arp.hw.type', 0, 16, 'number', 'kind of hardware', '硬件类型', '', { values: { 1: 'Ethernet' } }],
    ['arp.proto.type', 16, 16, 'hex', 'protocol', '协议类型', '', { values: ETHER_TYPES }],
    ['arp.hw.size', 32, 8, 'number', 'bytes of a hardware address', '硬件地址长度', ''],
    ['arp.proto.size', 40, 8, 'number', 'bytes of a protocol address', '协议地址长度', ''],
    ['arp.opcode', 48, 16, 'number', 'operation', '操作', '', { values: OPERATIONS }],
    ['arp.src.hw_mac', 64, 0, 'mac', 'hardware address of the sender', '发送方硬件地址', ''],
    ['arp.src.proto_ipv4', 112, 0, 'ipv4', 'IPv4 address of the sender', '发送方 IPv4 地址', ''],
    ['arp.dst.hw_mac', 144, 0, 'mac', 'hardware address of the target', '目标硬件地址', ''],
    ['arp.dst.proto_ipv4', 192, 0, 'ipv4', 'IPv4 address of the target', '目标 IPv4 地址', ''],
    ['arp.isgratuitous', 0, 0, 'flag', 'tells what nobody asked', '无故 ARP', 'RFC 5227 §3', { made: true }],
  ]),
  dissect(layer) {
    if (!layer.fixed()) return undefined;
    // Other kinds of addresses are not taken apart.
    if (layer.u8(4) !== 6 || layer.u8(5) !== 4) return { protocol: 'data', at: HEADER };
    layer.put('arp.src.hw_mac', 8, 6);
    layer.put('arp.src.proto_ipv4', 14, 4);
    layer.put('arp.dst.hw_mac', 18, 6);
    layer.put('arp.dst.proto_ipv4', 24, 4);
    if (layer.u32(14) !== 0 && layer.u32(14) === layer.u32(24)) layer.put('arp.isgratuitous', 0, 0, 1);
    return undefined;
  },
  summary(layer) {
    const [asked, asking] = [ipv4Text(layer.slice(24, 4)), ipv4Text(layer.slice(14, 4))];
    const isReply = layer.u16(6) === 2;
    return isReply ? `${asking} is at ${macText(layer.slice(8, 6))}` : `who has ${asked}? tell ${asking}`;
  },
};

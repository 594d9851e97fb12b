/** The frame itself, and tags in it. A number up to 1500 where the type stands is a length: then LLC follows. */
import type { Layer } from '../layer.ts';
import { type Next, type Protocol, rows } from '../protocol.ts';
import { macText } from '../values.ts';
import { byEtherType, ETHER_TYPES } from './names.ts';

/** The largest length; types begin at 1536 (IEEE 802.3, 3.2.6). */
const MOST_LENGTH = 1500;

/** What a type or length says of the rest. */
function body(layer: Layer, at: number, typeField: string, lengthField: string): Next | undefined {
  if (!layer.has(at, 2)) return void layer.put(typeField, at, 2);
  const type = layer.u16(at);
  if (type > MOST_LENGTH) {
    layer.put(typeField, at, 2);
    return { protocol: byEtherType(type), at: at + 2 };
  }
  layer.put(lengthField, at, 2);
  return { protocol: 'llc', at: at + 2, end: at + 2 + type };
}

export const ETHERNET: Protocol = {
  id: 'eth',
  title: { en: 'Ethernet', zh: '以太网' },
  rows: rows('IEEE 802.3', [
    ['eth.dst', 0, 48, 'mac', 'destination', '目的地址', '3.2.4', { also: 'eth.addr' }],
    ['eth.src', 48, 48, 'mac', 'source', '源地址', '3.2.5', { also: 'eth.addr' }],
    [
      'eth.dst.lg',
      6,
      1,
      'flag',
      'locally administered',
      '本地管理',
      '3.2.3',
      { within: 'eth.dst', also: 'eth.lg' },
    ],
    ['eth.dst.ig', 7, 1, 'flag', 'of a group', '组地址', '3.2.3', { within: 'eth.dst', also: 'eth.ig' }],
    [
      ...(['eth.src.lg', 54, 1, 'flag', 'locally administered', '本地管理', '3.2.3'] as const),
      { within: 'eth.src', also: 'eth.lg' },
    ],
    ['eth.src.ig', 55, 1, 'flag', 'of a group', '组地址', '3.2.3', { within: 'eth.src', also: 'eth.ig' }],
    ['eth.type', 96, 0, 'hex', 'type of what follows', '后续内容的类型', '3.2.6', { values: ETHER_TYPES }],
    ['eth.len', 96, 0, 'number', 'length of what follows', '后续内容的长度', '3.2.6'],
  ]),
  dissect(layer) {
    layer.fixed();
    return body(layer, 12, 'eth.type', 'eth.len');
  },
  summary: (layer) => `${macText(layer.slice(6, 6))} → ${macText(layer.slice(0, 6))}`,
};

export const VLAN: Protocol = {
  id: 'vlan',
  title: { en: '802.1Q VLAN tag', zh: '802.1Q VLAN 标签' },
  rows: rows('IEEE 802.1Q', [
    ['vlan.priority', 0, 3, 'number', 'priority', '优先级', '9.6'],
    ['vlan.dei', 3, 1, 'flag', 'may be dropped first', '可优先丢弃', '9.6'],
    ['vlan.id', 4, 12, 'number', 'VLAN', 'VLAN 编号', '9.6'],
    ['vlan.etype', 16, 0, 'hex', 'type of what follows', '后续内容的类型', '9.4', { values: ETHER_TYPES }],
    ['vlan.len', 16, 0, 'number', 'length of what follows', '后续内容的长度', '9.4'],
  ]),
  dissect(layer) {
    layer.fixed();
    return body(layer, 2, 'vlan.etype', 'vlan.len');
  },
  summary: (layer) => `VLAN ${layer.number('vlan.id')}`,
};

/** The outer tag of a provider's network. */
export const SERVICE_VLAN: Protocol = {
  id: 'ieee8021ad',
  title: { en: '802.1ad VLAN tag', zh: '802.1ad VLAN 标签' },
  rows: rows('IEEE 802.1Q', [
    ['ieee8021ad.priority', 0, 3, 'number', 'priority', '优先级', '9.6'],
    ['ieee8021ad.dei', 3, 1, 'flag', 'may be dropped first', '可优先丢弃', '9.6'],
    ['ieee8021ad.id', 4, 12, 'number', 'VLAN of the provider', '运营商 VLAN 编号', '9.6'],
    [
      'ieee8021ah.etype',
      16,
      16,
      'hex',
      'type of what follows',
      '后续内容的类型',
      '9.4',
      { values: ETHER_TYPES },
    ],
  ]),
  dissect(layer) {
    return layer.fixed() ? { protocol: byEtherType(layer.u16(2)), at: 4 } : undefined;
  },
  summary: (layer) => `VLAN ${layer.number('ieee8021ad.id')}`,
};

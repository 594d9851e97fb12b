/** Which groups of IPv4 a station listens to: the second version (RFC 2236) and reports of the third. */
import type { Layer } from '../layer.ts';
import { type Protocol, rows } from '../protocol.ts';
import { ipv4Text } from '../values.ts';

const TYPES = { 17: 'query', 18: 'report, version 1', 22: 'report', 23: 'leave', 34: 'report of groups' };
const GROUPS = 0x22;
const MOST_GROUPS = 64;

export const IGMP: Protocol = {
  id: 'igmp',
  title: { en: 'IGMP', zh: 'IGMP' },
  rows: [
    ...rows('RFC 2236', [
      ['igmp.type', 0, 8, 'hex', 'type', '类型', '§2.1', { values: TYPES }],
      [
        'igmp.max_resp',
        8,
        0,
        'number',
        'answered within, in tenths of a second',
        '最长应答时间（0.1 秒）',
        '§2.2',
      ],
      ['igmp.checksum', 16, 16, 'hex', 'checksum', '校验和', '§2.3'],
      ['igmp.maddr', 0, 0, 'ipv4', 'group', '组播地址', '§2.4'],
    ]),
    ...rows('RFC 3376', [
      ['igmp.num_grp_recs', 0, 0, 'number', 'number of groups', '组记录数', '§4.2.3'],
      ['igmp.record_type', 0, 0, 'number', 'type of the record', '记录类型', '§4.2.5'],
      ['igmp.aux_data_len', 0, 0, 'number', 'further words', '附加数据长度', '§4.2.6'],
      ['igmp.num_src', 0, 0, 'number', 'number of sources', '源数目', '§4.2.7'],
      ['igmp.saddr', 0, 0, 'ipv4', 'source', '源地址', '§4.2.9'],
    ]),
  ],
  dissect(layer) {
    if (!layer.fixed()) return undefined;
    if (layer.u8(0) === GROUPS) return groups(layer);
    layer.put('igmp.max_resp', 1, 1);
    layer.put('igmp.maddr', 4, 4);
    return undefined;
  },
  summary(layer) {
    const name = TYPES[layer.u8(0) as keyof typeof TYPES] ?? `type ${layer.u8(0)}`;
    return layer.u8(0) === GROUPS ? name : `${name} ${ipv4Text(layer.slice(4, 4))}`;
  },
};

function groups(layer: Layer): undefined {
  layer.put('igmp.num_grp_recs', 6, 2);
  let at = 8;
  for (let count = Math.min(layer.u16(6), MOST_GROUPS); count > 0 && layer.has(at, 8); count--) {
    layer.put('igmp.record_type', at, 1);
    layer.put('igmp.aux_data_len', at + 1, 1);
    layer.put('igmp.num_src', at + 2, 2);
    layer.put('igmp.maddr', at + 4, 4);
    const sources = Math.min(layer.u16(at + 2), MOST_GROUPS);
    for (let source = 0; source < sources; source++) layer.put('igmp.saddr', at + 8 + source * 4, 4);
    at += 8 + layer.u16(at + 2) * 4 + layer.u8(at + 1) * 4;
  }
}

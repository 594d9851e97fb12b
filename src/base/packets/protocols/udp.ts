/** Datagrams. */
import { type Protocol, rows } from '../protocol.ts';
import { byPorts } from './names.ts';
import { UDP_STREAM_ROWS } from './stream-fields.ts';

const HEADER = 8;

export const UDP: Protocol = {
  id: 'udp',
  title: { en: 'UDP', zh: 'UDP' },
  rows: [
    ...rows('RFC 768', [
      ['udp.srcport', 0, 16, 'number', 'port of the source', '源端口', '', { also: 'udp.port' }],
      ['udp.dstport', 16, 16, 'number', 'port of the destination', '目的端口', '', { also: 'udp.port' }],
      ['udp.length', 32, 16, 'number', 'bytes of the datagram', '长度', ''],
      ['udp.checksum', 48, 16, 'hex', 'checksum', '校验和', ''],
    ]),
    ...UDP_STREAM_ROWS,
  ],
  dissect(layer) {
    if (!layer.fixed()) return undefined;
    const length = layer.u16(4);
    if (length !== 0 && length < HEADER) return layer.malformed();
    if (length > layer.length) layer.problem ??= 'cut';
    else if (length !== 0) layer.end = layer.start + length;
    return { protocol: byPorts('udp', [layer.u16(0), layer.u16(2)]), at: HEADER };
  },
  summary: (layer) => `${layer.u16(0)} → ${layer.u16(2)} len ${Math.max(0, layer.length - HEADER)}`,
};

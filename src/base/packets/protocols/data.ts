/** What nobody here takes apart. */
import { type Protocol, rows } from '../protocol.ts';

export const DATA: Protocol = {
  id: 'data',
  title: { en: 'data', zh: '数据' },
  rows: rows('', [
    ['data.data', 0, 0, 'bytes', 'bytes', '字节', ''],
    ['data.len', 0, 0, 'number', 'number of bytes', '字节数', '', { made: true }],
  ]),
  dissect(layer) {
    layer.put('data.data', 0, layer.length);
    layer.put('data.len', 0, 0, layer.length);
    return undefined;
  },
  summary: (layer) => `${layer.length} bytes`,
};

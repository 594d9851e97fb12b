/** What a virtio disk counts. */
import type { CounterRow } from '../../counters.ts';
import { DISK_COUNTERS, type DiskCounter } from '../../disk/metrics.ts';

export type BlockCounter = DiskCounter | 'discards';

export const BLOCK_COUNTERS: readonly CounterRow<BlockCounter>[] = [
  ...DISK_COUNTERS,
  { id: 'discards', unit: 'count', text: { en: 'discards and writes of zeros', zh: '丢弃与清零请求' } },
];

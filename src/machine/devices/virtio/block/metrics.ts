/** What a disk counts. */
export const BLOCK_COUNTERS = [
  { id: 'reads', unit: 'count', text: { en: 'reads', zh: '读请求' } },
  { id: 'writes', unit: 'count', text: { en: 'writes', zh: '写请求' } },
  { id: 'flushes', unit: 'count', text: { en: 'flushes', zh: '落盘请求' } },
  { id: 'bytesRead', unit: 'bytes', text: { en: 'read', zh: '读出' } },
  { id: 'bytesWritten', unit: 'bytes', text: { en: 'written', zh: '写入' } },
  { id: 'errors', unit: 'count', text: { en: 'failed requests', zh: '失败的请求' } },
  /** Virtual time during which a request was in flight. */
  { id: 'busyNs', unit: 'ns', text: { en: 'busy for', zh: '忙碌时间' } },
  { id: 'discards', unit: 'count', text: { en: 'discards and writes of zeros', zh: '丢弃与清零请求' } },
] as const;

export type BlockCounter = (typeof BLOCK_COUNTERS)[number]['id'];

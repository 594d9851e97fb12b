/** What every disk counts, however it is given, so that the ways can be held against each other. */
export const DISK_COUNTERS = [
  { id: 'reads', unit: 'count', text: { en: 'reads', zh: '读请求' } },
  { id: 'writes', unit: 'count', text: { en: 'writes', zh: '写请求' } },
  { id: 'flushes', unit: 'count', text: { en: 'flushes', zh: '落盘请求' } },
  { id: 'bytesRead', unit: 'bytes', text: { en: 'read', zh: '读出' } },
  { id: 'bytesWritten', unit: 'bytes', text: { en: 'written', zh: '写入' } },
  { id: 'errors', unit: 'count', text: { en: 'failed requests', zh: '失败的请求' } },
  /** Virtual time during which a request was in flight. */
  { id: 'busyNs', unit: 'ns', text: { en: 'busy for', zh: '忙碌时间' } },
] as const;

export type DiskCounter = (typeof DISK_COUNTERS)[number]['id'];

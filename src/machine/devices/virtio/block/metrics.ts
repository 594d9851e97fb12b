/** What a disk counts. */
export const BLOCK_COUNTERS = [
  'reads',
  'writes',
  'flushes',
  'bytesRead',
  'bytesWritten',
  'errors',
  /** Virtual time during which a request was being served. */
  'busyNs',
] as const;

export type BlockCounter = (typeof BLOCK_COUNTERS)[number];

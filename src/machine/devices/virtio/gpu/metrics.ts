/** What a graphics adapter counts. */
export const GPU_COUNTERS = [
  { id: 'commands', unit: 'count', text: { en: 'commands', zh: '命令' } },
  { id: 'errors', unit: 'count', text: { en: 'refused commands', zh: '被拒绝的命令' } },
  { id: 'flushes', unit: 'count', text: { en: 'pictures shown', zh: '显示画面' } },
  { id: 'bytesTransferred', unit: 'bytes', text: { en: 'copied from the guest', zh: '从客户机复制' } },
  { id: 'cursorMoves', unit: 'count', text: { en: 'pointer moved', zh: '指针移动' } },
  { id: 'pauses', unit: 'count', text: { en: 'waited after much work', zh: '大量工作后暂停' } },
] as const;

export type GpuCounter = (typeof GPU_COUNTERS)[number]['id'];

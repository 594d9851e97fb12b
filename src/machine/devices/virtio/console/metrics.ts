/** What a console counts. */
export const CONSOLE_COUNTERS = [
  { id: 'bytesIn', unit: 'bytes', text: { en: 'typed', zh: '输入' } },
  { id: 'bytesOut', unit: 'bytes', text: { en: 'written', zh: '输出' } },
  { id: 'truncatedBytes', unit: 'bytes', text: { en: 'cut off', zh: '截去' } },
  { id: 'pauses', unit: 'count', text: { en: 'waited for room', zh: '等待空位' } },
] as const;

export type ConsoleCounter = (typeof CONSOLE_COUNTERS)[number]['id'];

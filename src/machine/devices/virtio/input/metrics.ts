/** What an input device counts. */
export const INPUT_COUNTERS = [
  { id: 'events', unit: 'count', text: { en: 'events told', zh: '已告知的事件' } },
  { id: 'dropped', unit: 'count', text: { en: 'dropped, as too many wait', zh: '等待过多而丢弃' } },
  { id: 'status', unit: 'count', text: { en: 'lights switched', zh: '指示灯切换' } },
] as const;

export type InputCounter = (typeof INPUT_COUNTERS)[number]['id'];

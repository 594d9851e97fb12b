/** What a balloon counts: pages, by what came of them. */
export const BALLOON_COUNTERS = [
  { id: 'lent', unit: 'count', text: { en: 'pages lent', zh: '借出的页' } },
  { id: 'takenBack', unit: 'count', text: { en: 'pages taken back', zh: '收回的页' } },
  { id: 'reported', unit: 'count', text: { en: 'pages reported free', zh: '报告为空闲的页' } },
  /** Lent although they were lent, or reported although they had no frame. */
  { id: 'repeated', unit: 'count', text: { en: 'pages given already', zh: '早已给出的页' } },
  { id: 'outside', unit: 'count', text: { en: 'pages outside memory', zh: '内存之外的页' } },
  /** A device of the VM holds them, or they are on their way from the swap area. */
  { id: 'held', unit: 'count', text: { en: 'pages in use by a device', zh: '设备正在使用的页' } },
  /** Taken back without having been lent, or used before they were. */
  {
    id: 'notLent',
    unit: 'count',
    text: { en: 'pages taken back that were not lent', zh: '收回了未借出的页' },
  },
  /** More than a buffer may name, or a service look at: the rest stays the guest's. */
  {
    id: 'ignored',
    unit: 'count',
    text: { en: 'pages beyond the limit of a request', zh: '超出请求上限的页' },
  },
  { id: 'statistics', unit: 'count', text: { en: 'times it told its figures', zh: '报告统计的次数' } },
] as const;

export type BalloonCounter = (typeof BALLOON_COUNTERS)[number]['id'];

/** What a share of the bandwidth counts. */
export const BANDWIDTH_COUNTERS = [
  {
    id: 'refused',
    unit: 'count',
    text: { en: 'of a card for which nothing was left to reserve', zh: '没有剩余带宽可预留给该网卡' },
  },
  { id: 'overShare', unit: 'count', text: { en: 'more than the card’s share', zh: '超过该网卡的份额' } },
  {
    id: 'borrowed',
    unit: 'count',
    text: { en: 'passed by what others did not use', zh: '借用他人未用的带宽通过' },
  },
  { id: 'taken', unit: 'count', text: { en: 'cards that came into use', zh: '开始占用的网卡' } },
  { id: 'released', unit: 'count', text: { en: 'cards that went out of use', zh: '已释放的网卡' } },
] as const;
export type BandwidthCounter = (typeof BANDWIDTH_COUNTERS)[number]['id'];

/** What a virtio slot counts. */
export const SLOT_COUNTERS = [
  { id: 'notifications', unit: 'count', text: { en: 'notifications by the driver', zh: '驱动的通知' } },
  { id: 'interrupts', unit: 'count', text: { en: 'interrupts', zh: '中断' } },
  { id: 'chains', unit: 'count', text: { en: 'requests taken', zh: '取走的请求' } },
  { id: 'declined', unit: 'count', text: { en: 'interrupts declined by the driver', zh: '驱动谢绝的中断' } },
  { id: 'resets', unit: 'count', text: { en: 'resets by the driver', zh: '驱动的复位' } },
  { id: 'faults', unit: 'count', text: { en: 'broken protocol', zh: '违反协议' } },
] as const;

export type SlotCounter = (typeof SLOT_COUNTERS)[number]['id'];

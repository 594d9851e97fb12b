/** What a virtio slot counts. */
export const SLOT_COUNTERS = ['notifications', 'interrupts', 'resets', 'faults'] as const;

export type SlotCounter = (typeof SLOT_COUNTERS)[number];

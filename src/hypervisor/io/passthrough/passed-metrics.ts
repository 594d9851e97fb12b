/** What of the host's devices can be given whole, and what is counted of each. */
import { NET_COUNTERS, type NetCounter } from '#machine/devices/card/metrics';
import type { CounterRow } from '#machine/devices/counters';
import { DISK_COUNTERS, type DiskCounter } from '#machine/devices/disk/metrics';
import { DMA_COUNTERS, type DmaCounter } from '#machine/devices/iommu/metrics';

export const PASSED_SORTS = ['disk', 'card'] as const;
export type PassedSort = (typeof PASSED_SORTS)[number];

/** What the hypervisor has to do with it while it is in use: nothing else. */
const INTERRUPT_COUNTER = {
  id: 'interrupts',
  unit: 'count',
  text: { en: 'interrupts that the hypervisor passed on', zh: '管理程序转交的中断' },
} as const;
export const FURTHER: readonly CounterRow<DmaCounter | 'interrupts'>[] = [...DMA_COUNTERS, INTERRUPT_COUNTER];

export type PassedCounter = DmaCounter | DiskCounter | NetCounter | 'interrupts';
export const ALL_PASSED_COUNTERS: readonly CounterRow<PassedCounter>[] = [
  ...DISK_COUNTERS,
  ...NET_COUNTERS,
  ...FURTHER,
];
export const OWN: Readonly<Record<PassedSort, readonly CounterRow<DiskCounter | NetCounter>[]>> = {
  disk: DISK_COUNTERS,
  card: NET_COUNTERS,
};

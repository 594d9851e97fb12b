/** A physical disk that a VM is given whole, as the VM has it: where its registers lie for the guest, and what has been counted. */
import type { DiskSpec } from '#base/scenario';
import { type CounterRow, type Counters, namesOf, zeroCounters } from '#machine/devices/counters';
import { DISK_COUNTERS, type DiskCounter } from '#machine/devices/disk/metrics';
import { DMA_COUNTERS, type DmaCounter } from '#machine/devices/iommu/dma-port';
import { ideWindow } from '#machine/devices/platform';
import type { HostDisk } from './host-disk.ts';
import type { DmaFault } from './iommu-driver.ts';

/** What the hypervisor has to do with it while it is in use: nothing else. */
export const INTERRUPT_COUNTER = {
  id: 'interrupts',
  unit: 'count',
  text: { en: 'interrupts that the hypervisor passed on', zh: '管理程序转交的中断' },
} as const;
export type PassedCounter = DmaCounter | DiskCounter | 'interrupts';
export const PASSED_COUNTERS: readonly CounterRow<PassedCounter>[] = [
  ...DISK_COUNTERS,
  ...DMA_COUNTERS,
  INTERRUPT_COUNTER,
];

export class PassedDisk {
  /** Of its window, as those of emulated disks are called. */
  readonly name: string;
  /** Its place among the disks of the VM's specification, and that of its window. */
  readonly index: number;
  readonly window: ReturnType<typeof ideWindow>;
  readonly spec: DiskSpec;
  readonly counters: Counters<PassedCounter> = zeroCounters(namesOf(PASSED_COUNTERS));
  /** The controller that it is, while the VM has it. */
  device: HostDisk | undefined;
  /** The last access that the IOMMU refused, since the VM has it. */
  lastFault: DmaFault | undefined;

  constructor(spec: DiskSpec, index: number, window: number) {
    this.spec = spec;
    this.index = index;
    this.name = `ide${window}`;
    this.window = ideWindow(window);
  }

  /** The VM loses the controller: what that has counted stays. */
  keep(): void {
    if (this.device === undefined) return;
    for (const { id } of DISK_COUNTERS) this.counters[id] += this.device.ide.counters[id];
  }
  /** Since the VM was made. */
  counted(counter: string): number {
    const own = this.counters as Readonly<Record<string, number>>;
    const now = this.device?.ide.counters as Readonly<Record<string, number>> | undefined;
    return (own[counter] ?? 0) + (now?.[counter] ?? 0);
  }
}

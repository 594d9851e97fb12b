/** A device of the host that a VM is given whole, as the VM has it: where its registers lie for the guest, and what has been counted. */
import type { DiskSpec, NicSpec } from '#base/scenario';
import { type CounterRow, type Counters, namesOf, zeroCounters } from '#machine/devices/counters';
import { ethocWindow, ideWindow } from '#machine/devices/platform';
import type { Transmit } from '#machine/devices/virtio/device-kind';
import { HostCard } from './host-card.ts';
import type { HostDevice } from './host-device.ts';
import { ALL_PASSED_COUNTERS, FURTHER, OWN, type PassedCounter, type PassedSort } from './passed-metrics.ts';
import type { DmaFault } from './state.ts';

type Given =
  | { readonly sort: 'disk'; readonly spec: DiskSpec }
  | { readonly sort: 'card'; readonly spec: NicSpec };

export class PassedDevice {
  readonly given: Given;
  /** Of its window, as those of emulated devices are called. */
  readonly name: string;
  /** Its place among the disks or cards of the VM's specification. */
  readonly index: number;
  readonly window: ReturnType<typeof ideWindow>;
  readonly counters: Counters<PassedCounter> = zeroCounters(namesOf(ALL_PASSED_COUNTERS));
  /** The device that it is, while the VM has it. */
  device: HostDevice | undefined;
  /** The last access that the IOMMU refused, since the VM has it. */
  lastFault: DmaFault | undefined;
  /** Of a card: takes what it sends, to the switch. */
  transmit: Transmit | undefined;

  constructor(given: Given, index: number, window: number) {
    this.given = given;
    this.index = index;
    const isDisk = given.sort === 'disk';
    this.name = `${isDisk ? 'ide' : 'ethoc'}${window}`;
    this.window = isDisk ? ideWindow(window) : ethocWindow(window);
  }

  get sort(): PassedSort {
    return this.given.sort;
  }
  /** What is counted of it. */
  get counterRows(): readonly CounterRow[] {
    return [...OWN[this.sort], ...FURTHER];
  }
  /** Since the VM was made. */
  counted(counter: string): number {
    const own = this.counters as Readonly<Record<string, number>>;
    return (own[counter] ?? 0) + (this.device?.mmio.counters[counter] ?? 0);
  }
  /** The VM loses the device: what that has counted stays. */
  keep(): void {
    const { device } = this;
    if (device === undefined) return;
    for (const { id } of OWN[this.sort]) this.counters[id] += device.mmio.counters[id] ?? 0;
  }

  // As a card of a VM.

  get #card(): HostCard | undefined {
    return this.device instanceof HostCard ? this.device : undefined;
  }
  get mac(): Uint8Array | undefined {
    return this.#card?.mmio.mac;
  }
  get linkUp(): boolean {
    return this.#card?.mmio.linkUp ?? true;
  }
  setLink(up: boolean): void {
    this.#card?.mmio.setLink(up);
  }
  receive(frame: Uint8Array): void {
    this.#card?.mmio.receive(frame);
  }
}

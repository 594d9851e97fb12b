/** A device of the host that a VM is given whole, as the VM has it: where its registers lie for the guest, and what has been counted. */
import { isPassedVirtio } from '#base/catalogue/disk-ways';
import type { DiskSpec, NicSpec, VmSpec } from '#base/scenario';
import { type CounterRow, type Counters, namesOf, zeroCounters } from '#machine/devices/counters';
import { ethocWindow, ideWindow, virtioWindow } from '#machine/devices/platform';
import type { Transmit } from '#machine/devices/virtio/device-kind';
import { VirtioSlot } from '#machine/devices/virtio/mmio-transport';
import { placesOf, slotsOfWhole } from '../behind-registers.ts';
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
  /** The virtio slot whose place it has, if it is a virtio device. */
  readonly slot: number | undefined;
  readonly counters: Counters<PassedCounter> = zeroCounters(namesOf(ALL_PASSED_COUNTERS));
  /** The device that it is, while the VM has it. */
  device: HostDevice | undefined;
  /** The last access that the IOMMU refused, since the VM has it. */
  lastFault: DmaFault | undefined;
  /** Of a card: takes what it sends, to the switch. */
  transmit: Transmit | undefined;

  /** @param window among those of its sort: of a virtio device, its slot */
  constructor(given: Given, index: number, window: number) {
    this.given = given;
    this.index = index;
    const isVirtio = isPassedVirtio(given.spec);
    const isDisk = given.sort === 'disk';
    this.slot = isVirtio ? window : undefined;
    this.name = `${isVirtio ? 'virtio' : isDisk ? 'ide' : 'ethoc'}${window}`;
    this.window = (isVirtio ? virtioWindow : isDisk ? ideWindow : ethocWindow)(window);
  }

  /** Its registers as those of any virtio device, if it is one and its VM has it. */
  get transport(): VirtioSlot | undefined {
    const { mmio } = this.device ?? {};
    return mmio instanceof VirtioSlot ? mmio : undefined;
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
    return (own[counter] ?? 0) + (this.device?.counters[counter] ?? 0);
  }
  /** The VM loses the device: what that has counted stays. */
  keep(): void {
    const { device } = this;
    if (device === undefined) return;
    for (const { id } of OWN[this.sort]) this.counters[id] += device.counters[id] ?? 0;
  }

  // As a card of a VM.

  /** Of a card: its cable ends at the port that the VM's card has. Nobody on the host hears when a driver begins to use it, so the port is there all the time. */
  cabled(connect: (card: number, nic: NicSpec, receive: Transmit) => Transmit): this {
    if (this.given.sort !== 'card') return this;
    const { portAllocation: _, ...nic } = this.given.spec;
    this.transmit = connect(this.index, nic, (frame) => this.receive(frame));
    return this;
  }

  get #card(): HostCard | undefined {
    return this.device instanceof HostCard ? this.device : undefined;
  }
  get mac(): Uint8Array | undefined {
    return this.#card?.card.mac;
  }
  get linkUp(): boolean {
    return this.#card?.card.linkUp ?? true;
  }
  setLink(up: boolean): void {
    this.#card?.card.setLink(up);
  }
  receive(frame: Uint8Array): void {
    this.#card?.card.receive(frame);
  }
}

/** The devices that a VM of a specification is given whole. */
export function passedDevicesOf(vm: Pick<VmSpec, 'disks' | 'nics'>): PassedDevice[] {
  const { disks, nics } = vm;
  const made = (sort: PassedSort, place: number, window: number): PassedDevice =>
    new PassedDevice(
      sort === 'disk' ? { sort, spec: disks[place]! } : { sort, spec: nics[place]! },
      place,
      window,
    );
  return [
    ...placesOf('hardware', disks).map(({ place, window }) => made('disk', place, window)),
    ...placesOf('hardware', nics).map(({ place, window }) => made('card', place, window)),
    ...slotsOfWhole(vm).map(({ sort, place, slot }) => made(sort, place, slot)),
  ];
}

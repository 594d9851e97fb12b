/** The devices of a host that VMs are given whole, each made when the first VM is given it, and at its place on the host's bus from then on. */
import { PAGE_SIZE } from '#base/addresses';
import { isPassedVirtio } from '#base/catalogue/disk-ways';
import { SnapshotFormatError } from '#base/state/bytes';
import type { VirtualNs } from '#base/virtual-time';
import { MemoryDisk } from '#machine/devices/disk/memory-disk';
import type { MmioBus } from '#machine/devices/mmio-bus';
import type { EventQueue } from '#machine/event-queue';
import { type PhysicalDisk, USUAL_DISK_BYTES } from '../media/physical-disk.ts';
import type { HostStorage } from '../media/storage.ts';
import { type HostCard, HostEthoc, HostVirtioCard, virtioCardOf } from './host-card.ts';
import type { HostDevice, HostDeviceOptions } from './host-device.ts';
import {
  type HostDisk,
  type HostDiskOptions,
  HostIdeDisk,
  HostVirtioDisk,
  virtioDiskOf,
} from './host-disk.ts';
import type { PassedDevice } from './passed-device.ts';
import type { PassThroughState } from './state.ts';

export interface DevicePoolOptions {
  readonly bus: MmioBus;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
  readonly storage: HostStorage;
  /** Names of the host's switches, each of which has a physical card of each sort at a port. */
  readonly switches: () => readonly string[];
  readonly seed: number;
  readonly device: HostDeviceOptions;
}

export class DevicePool {
  readonly #options: DevicePoolOptions;
  /** By the numbers of disks, and of switches. */
  readonly #disks: (HostIdeDisk | undefined)[] = [];
  readonly #virtioDisks: (HostVirtioDisk | undefined)[] = [];
  /** What lies on disks, by either controller. */
  readonly #contents: (MemoryDisk | undefined)[] = [];
  readonly #cards: (HostEthoc | undefined)[] = [];
  readonly #virtioCards: (HostVirtioCard | undefined)[] = [];

  constructor(options: DevicePoolOptions) {
    this.#options = options;
  }

  get all(): readonly HostDevice[] {
    const made = [...this.#disks, ...this.#virtioDisks, ...this.#cards, ...this.#virtioCards];
    return made.filter((device) => device !== undefined);
  }
  withId(id: number): HostDevice | undefined {
    return this.all.find(({ deviceId }) => deviceId === id);
  }
  /** Whoever has a physical disk, by one of its controllers. */
  holderOf(disk: PhysicalDisk): number | undefined {
    const number = this.#options.storage.disks.indexOf(disk);
    return this.#disks[number]?.holder ?? this.#virtioDisks[number]?.holder;
  }
  /** There is a physical card of a switch of this number or a greater one. */
  hasCardFrom(number: number): boolean {
    return [this.#cards, this.#virtioCards].some((cards) => cards.some((_, at) => at >= number));
  }
  /** The device that a VM's specification means, if any VM ever had it. */
  of({ given }: PassedDevice): HostDevice | undefined {
    const { storage, switches } = this.#options;
    const isVirtio = isPassedVirtio(given.spec);
    if (given.sort === 'card')
      return (isVirtio ? this.#virtioCards : this.#cards)[switches().indexOf(given.spec.switch)];
    const disk = storage.lyingOn(given.spec);
    return disk && (isVirtio ? this.#virtioDisks : this.#disks)[storage.disks.indexOf(disk)];
  }

  diskAt(number: number, isVirtio: boolean): HostDisk {
    if (isVirtio) {
      this.#virtioDisks[number] ??= this.#attached(new HostVirtioDisk(this.#diskOptions(number)));
      return this.#virtioDisks[number];
    }
    this.#disks[number] ??= this.#attached(new HostIdeDisk(this.#diskOptions(number)));
    return this.#disks[number];
  }
  #diskOptions(number: number): HostDiskOptions {
    const { storage, events, now, device } = this.#options;
    const disk = storage.disks[number]!;
    this.#contents[number] ??= new MemoryDisk(disk.spec.sizeBytes ?? USUAL_DISK_BYTES);
    const content = this.#contents[number];
    return { disk, content, number, events, now, ...device };
  }
  cardAt(number: number, isVirtio: boolean): HostCard {
    const { switches, seed, events, now, device } = this.#options;
    const options = { name: switches()[number]!, number, seed, events, now, ...device };
    if (isVirtio) {
      this.#virtioCards[number] ??= this.#attached(new HostVirtioCard(options));
      return this.#virtioCards[number];
    }
    this.#cards[number] ??= this.#attached(new HostEthoc(options));
    return this.#cards[number];
  }
  /** Each has a page, which is what a guest is given. */
  #attached<T extends HostDevice>(device: T): T {
    device.at = this.#options.bus.attach(device.mmio, device.base, PAGE_SIZE);
    return device;
  }

  /** Those whose names on the bus do not say it. */
  capture(): Pick<PassThroughState, 'disks' | 'cards'> {
    const numbersOf = (made: readonly (HostDevice | undefined)[]): number[] =>
      made.flatMap((device, number) => (device === undefined ? [] : [number]));
    return { disks: numbersOf(this.#disks), cards: numbersOf(this.#cards) };
  }
  /** Makes those that there were. */
  restore({ disks, cards, bus }: Pick<PassThroughState, 'disks' | 'cards' | 'bus'>): void {
    const names = bus.slots.map(({ name }) => name);
    const numbersIn = (numberOf: (name: string) => number | undefined): number[] =>
      names.map(numberOf).filter((number) => number !== undefined);
    const { storage, switches } = this.#options;
    const known = (numbers: readonly number[], list: readonly unknown[]): readonly number[] => {
      if (!numbers.every((number) => number < list.length))
        throw new SnapshotFormatError('a device that the host has not');
      return numbers;
    };
    for (const number of known(disks, storage.disks)) this.diskAt(number, false);
    for (const number of known(numbersIn(virtioDiskOf), storage.disks)) this.diskAt(number, true);
    for (const number of known(cards, switches())) this.cardAt(number, false);
    for (const number of known(numbersIn(virtioCardOf), switches())) this.cardAt(number, true);
  }
}

/**
 * The controller of a physical disk, on the host's own bus: registers, a bus master that reaches memory through the IOMMU, and the
 * content, which is the host's and stays when its user goes. Whoever uses it has its requests served by the medium as anybody has.
 */
import type { VirtualNs } from '#base/virtual-time';
import { namesOf, zeroCounters } from '#machine/devices/counters';
import type { Drive, DriveClient } from '#machine/devices/disk/drive';
import { MemoryDisk } from '#machine/devices/disk/memory-disk';
import { DISK_COUNTERS } from '#machine/devices/disk/metrics';
import { IdeDisk } from '#machine/devices/ide/device';
import type { Iommu } from '#machine/devices/iommu/device';
import { DmaPort } from '#machine/devices/iommu/dma-port';
import type { BusSlot } from '#machine/devices/mmio-bus';
import { HOST_PLATFORM } from '#machine/devices/platform';
import type { EventQueue } from '#machine/event-queue';
import type { PhysicalMemory } from '#machine/memory';
import { type PhysicalDisk, USUAL_DISK_BYTES } from '../media/physical-disk.ts';
import type { DirectoryEntry } from './iommu-driver.ts';

export interface HostDiskOptions {
  readonly disk: PhysicalDisk;
  /** Among the disks of its host. */
  readonly number: number;
  readonly iommu: Iommu;
  readonly ram: PhysicalMemory;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
  readonly context: (device: number) => DirectoryEntry;
  /** Its wire, to the hypervisor. */
  readonly onLevel: (disk: HostDisk, level: boolean) => void;
}

export class HostDisk {
  readonly disk: PhysicalDisk;
  readonly number: number;
  /** What the IOMMU knows it by. */
  readonly deviceId: number;
  readonly base: number;
  readonly ide: IdeDisk;
  readonly port: DmaPort;
  /** The wire is high, and the hypervisor has not heard of it yet. */
  isRaised = false;
  /** Its place on the host's bus. */
  at: BusSlot | undefined;
  /** Slot of the VM that has it. */
  holder: number | undefined;
  #drive: Drive | undefined;
  #client: DriveClient | undefined;

  readonly #options: HostDiskOptions;

  constructor(options: HostDiskOptions) {
    const { disk, number, iommu, ram, events, now, onLevel } = options;
    this.#options = options;
    this.disk = disk;
    this.number = number;
    this.deviceId = number + 1;
    const { base, size } = HOST_PLATFORM.ide;
    this.base = base + size * number;
    this.port = new DmaPort(iommu, ram, this.deviceId);
    let isHigh = false;
    this.ide = new IdeDisk({
      ...{ name: `physical-${number}`, channel: `physical-${number}`, serial: disk.spec.name },
      ...{ events, now, memory: this.port },
      disk: new MemoryDisk(disk.spec.sizeBytes ?? USUAL_DISK_BYTES),
      line: {
        set: (level) => {
          if (level === isHigh) return;
          isHigh = level;
          onLevel(this, level);
        },
      },
      openDrive: (_, client) => {
        this.#client = client;
        return {
          submit: (tag, op, offset, length) => this.#drive?.submit(tag, op, offset, length),
          withdraw: (tag) => this.#drive?.withdraw(tag),
          close: () => this.#drive?.close(),
          // Its requests wait at the medium, which has its own state.
          capture: () => undefined,
          restore: () => {},
        };
      },
    });
  }

  get isOpen(): boolean {
    return this.#drive !== undefined;
  }

  /** A disk of a VM is this one from now on; as after power-on, and counting anew. */
  open(slot: number, index: number): void {
    this.ide.reset();
    this.holder = slot;
    Object.assign(this.ide.counters, zeroCounters(namesOf(DISK_COUNTERS)));
    const { sizeBytes } = this.ide;
    this.#drive = this.#client && this.disk.open({ slot, index, sizeBytes }, this.#client);
  }
  /** Whatever it was at is given up: nothing of it reaches memory any more. */
  close(): void {
    this.ide.reset();
    this.#drive?.close();
    this.#drive = undefined;
    this.port.counters = undefined;
    this.holder = undefined;
  }

  /** What the IOMMU has been told of it. */
  get context(): DirectoryEntry {
    return this.#options.context(this.deviceId);
  }
  /** Translations of a guest that the IOMMU remembers. */
  remembered(gscid: number): number {
    return this.#options.iommu.remembered(gscid);
  }
}

/** A device of the host that VMs are given whole: its place on the host's bus, its way to memory, and who has it. */

import type { VirtualNs } from '#base/virtual-time';
import { type Counters, zeroCounters } from '#machine/devices/counters';
import type { MmioDevice } from '#machine/devices/device';
import type { Iommu } from '#machine/devices/iommu/device';
import { DmaPort } from '#machine/devices/iommu/dma-port';
import type { BusSlot } from '#machine/devices/mmio-bus';
import type { PhysicalMemory } from '#machine/memory';
import type { DirectoryEntry } from './iommu-driver.ts';
import type { MediumState } from './state.ts';

export interface HostDeviceOptions {
  readonly iommu: Iommu;
  readonly ram: PhysicalMemory;
  /** What the IOMMU has been told of a device. */
  readonly context: (device: number) => DirectoryEntry;
  /** Its wire, to the hypervisor. */
  readonly onLevel: (device: HostDevice, level: boolean) => void;
  /** A wire that is high is asserted once more. */
  readonly onAgain: (device: HostDevice) => void;
}

export abstract class HostDevice {
  /** For people: that of the physical disk, or of the switch that a card hangs at. */
  readonly name: string;
  /** What the IOMMU knows it by. */
  readonly deviceId: number;
  /** Where its registers lie, in SPAs. */
  readonly base: number;
  readonly port: DmaPort;
  abstract readonly mmio: MmioDevice & { readonly counters: Counters<string> };
  /** Its place on the host's bus. */
  at: BusSlot | undefined;
  /** Slot of the VM that has it. */
  holder: number | undefined;
  /** The wire is high, and the hypervisor has not heard of it yet: when it will. */
  raisesAt: VirtualNs | undefined;
  isHigh = false;
  readonly #options: HostDeviceOptions;

  constructor(name: string, deviceId: number, base: number, options: HostDeviceOptions) {
    this.name = name;
    this.deviceId = deviceId;
    this.base = base;
    this.#options = options;
    this.port = new DmaPort(options.iommu, options.ram, deviceId);
  }

  /** What it counts as a disk or a card. */
  get counters(): Counters<string> {
    return this.mmio.counters;
  }
  /** Bytes that its content takes. */
  get allocatedBytes(): number {
    return 0;
  }

  protected setLine(level: boolean): void {
    if (level && this.isHigh) this.#options.onAgain(this);
    if (level === this.isHigh) return;
    this.isHigh = level;
    this.#options.onLevel(this, level);
  }

  /** A VM has it from now on: as after power-on, and counting anew. */
  open(slot: number): void {
    const { counters } = this;
    this.mmio.reset();
    Object.assign(counters, zeroCounters(Object.keys(counters)));
    this.holder = slot;
  }
  /** Whatever it was at is given up: nothing of it reaches memory any more. */
  close(): void {
    this.mmio.reset();
    this.port.counters = undefined;
    this.holder = undefined;
  }

  /** How long its way to memory is taken still: what it has to say to software waits for that. */
  get freeInNs(): VirtualNs {
    return 0;
  }
  /** As a snapshot has it. */
  restoreWay(_: VirtualNs): void {}

  /** What of its medium belongs to whoever has it. */
  captureMedium(): MediumState | undefined {
    return undefined;
  }
  restoreMedium(_: MediumState): void {}

  /** What the IOMMU has been told of it. */
  get context(): DirectoryEntry {
    return this.#options.context(this.deviceId);
  }
  /** Translations of a guest that the IOMMU remembers. */
  remembered(gscid: number): number {
    return this.#options.iommu.remembered(gscid);
  }
}

/** The number in the name of a device on the host's bus, which such devices are called by with a number; nothing for what is none. */
export function numberIn(name: string, called: string): number | undefined {
  const number = name.startsWith(called) ? name.slice(called.length) : '';
  return /^\d+$/.test(number) ? Number(number) : undefined;
}

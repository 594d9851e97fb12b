/**
 * The controllers of a physical disk, on the host's own bus: registers, a bus master that reaches memory through the IOMMU, and the
 * content, which is the host's and stays when its user goes. Whoever uses it has its requests served by the medium as anybody has.
 * There are two sorts, of which a VM is given one: that of personal computers, and virtio's, for which guests have drivers.
 */
import type { VirtualNs } from '#base/virtual-time';
import type { Counters } from '#machine/devices/counters';
import type { Drive, DriveClient, OpenDrive } from '#machine/devices/disk/drive';
import type { MemoryDisk } from '#machine/devices/disk/memory-disk';
import { IdeDisk } from '#machine/devices/ide/device';
import { HOST_PLATFORM, type PlatformWindow } from '#machine/devices/platform';
import { HardwareBlock } from '#machine/devices/virtio/block/hardware';
import { VirtioSlot } from '#machine/devices/virtio/mmio-transport';
import type { EventQueue } from '#machine/event-queue';
import { captureMedium, restoreMedium } from '../media/medium-state.ts';
import type { PhysicalDisk } from '../media/physical-disk.ts';
import { HostDevice, type HostDeviceOptions, numberIn } from './host-device.ts';
import { FIRST_DISK, FIRST_VIRTIO_DISK, type MediumState } from './state.ts';

export interface HostDiskOptions extends HostDeviceOptions {
  readonly disk: PhysicalDisk;
  /** What lies on it, whichever controller is used. */
  readonly content: MemoryDisk;
  /** Among the disks of its host. */
  readonly number: number;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
}

export abstract class HostDisk extends HostDevice {
  /** The disk of the VM that it is. */
  index = 0;
  readonly #disk: PhysicalDisk;
  readonly #content: MemoryDisk;
  #drive: Drive | undefined;
  #client: DriveClient | undefined;

  constructor({ base, size }: PlatformWindow, first: number, options: HostDiskOptions) {
    const { disk, number, content } = options;
    super(disk.spec.name, first + number, base + size * number, options);
    this.#disk = disk;
    this.#content = content;
  }

  protected readonly openDrive: OpenDrive = (_, client) => {
    this.#client = client;
    return {
      submit: (tag, op, offset, length) => this.#drive?.submit(tag, op, offset, length),
      withdraw: (tag) => this.#drive?.withdraw(tag),
      close: () => this.#drive?.close(),
      // Its requests wait at the medium, which has its own state.
      capture: () => undefined,
      restore: () => {},
    };
  };

  override get allocatedBytes(): number {
    return this.#content.allocatedBytes;
  }

  override open(slot: number): void {
    super.open(slot);
    const { sizeBytes } = this.#content;
    this.#drive = this.#client && this.#disk.open({ slot, index: this.index, sizeBytes }, this.#client);
  }
  override close(): void {
    super.close();
    this.#drive?.close();
    this.#drive = undefined;
  }

  override captureMedium(): MediumState {
    return captureMedium(this.#disk);
  }
  override restoreMedium(state: MediumState): void {
    restoreMedium(this.#disk, state);
  }
}

export class HostIdeDisk extends HostDisk {
  readonly mmio: IdeDisk;

  constructor(options: HostDiskOptions) {
    super(HOST_PLATFORM.ide, FIRST_DISK, options);
    const { disk, number, events, now, content } = options;
    this.mmio = new IdeDisk({
      ...{ name: `physical-${number}`, channel: `physical-${number}`, serial: disk.spec.name },
      ...{ events, now, memory: this.port, takeMovingNs: () => this.port.takeWalkNs() },
      ...{ disk: content, openDrive: this.openDrive },
      line: { set: (level) => this.setLine(level) },
    });
  }
}

export class HostVirtioDisk extends HostDisk {
  readonly mmio: VirtioSlot;
  readonly #block: HardwareBlock;

  constructor(options: HostDiskOptions) {
    super(HOST_PLATFORM.virtio, FIRST_VIRTIO_DISK, options);
    const { disk, number, events, now, content } = options;
    const name = `${VIRTIO_NAME}${number}`;
    this.#block = new HardwareBlock({
      ...{ channel: name, events, now, serial: disk.spec.name },
      ...{ disk: content, openDrive: this.openDrive, takeMovingNs: () => this.port.takeWalkNs() },
    });
    this.mmio = new VirtioSlot({
      ...{ name, memory: this.port },
      line: { set: (level) => this.setLine(level) },
    });
    this.mmio.plug(this.#block);
  }

  override get counters(): Counters<string> {
    return this.#block.counters;
  }
}

const VIRTIO_NAME = 'physical-virtio-';
/** The number of the disk whose controller that is; nothing for what is none. */
export function virtioDiskOf(name: string): number | undefined {
  return numberIn(name, VIRTIO_NAME);
}

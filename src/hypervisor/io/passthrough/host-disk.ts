/**
 * The controller of a physical disk, on the host's own bus: registers, a bus master that reaches memory through the IOMMU, and the
 * content, which is the host's and stays when its user goes. Whoever uses it has its requests served by the medium as anybody has.
 */
import type { VirtualNs } from '#base/virtual-time';
import type { Drive, DriveClient } from '#machine/devices/disk/drive';
import { MemoryDisk } from '#machine/devices/disk/memory-disk';
import { IdeDisk } from '#machine/devices/ide/device';
import { HOST_PLATFORM } from '#machine/devices/platform';
import type { EventQueue } from '#machine/event-queue';
import { captureMedium, restoreMedium } from '../media/medium-state.ts';
import { type PhysicalDisk, USUAL_DISK_BYTES } from '../media/physical-disk.ts';
import { HostDevice, type HostDeviceOptions } from './host-device.ts';
import { FIRST_DISK, type MediumState } from './state.ts';

export interface HostDiskOptions extends HostDeviceOptions {
  readonly disk: PhysicalDisk;
  /** Among the disks of its host. */
  readonly number: number;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
}

export class HostDisk extends HostDevice {
  readonly mmio: IdeDisk;
  readonly #disk: PhysicalDisk;
  /** The disk of the VM that it is. */
  index = 0;
  #drive: Drive | undefined;
  #client: DriveClient | undefined;

  constructor(options: HostDiskOptions) {
    const { disk, number, events, now } = options;
    const { base, size } = HOST_PLATFORM.ide;
    super(disk.spec.name, FIRST_DISK + number, base + size * number, options);
    this.#disk = disk;
    this.mmio = new IdeDisk({
      ...{ name: `physical-${number}`, channel: `physical-${number}`, serial: disk.spec.name },
      ...{ events, now, memory: this.port, takeMovingNs: () => this.port.takeWalkNs() },
      disk: new MemoryDisk(disk.spec.sizeBytes ?? USUAL_DISK_BYTES),
      line: { set: (level) => this.setLine(level) },
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

  override open(slot: number): void {
    super.open(slot);
    const { sizeBytes } = this.mmio;
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

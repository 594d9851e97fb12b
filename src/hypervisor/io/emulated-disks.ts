/** The disks of a VM that lie behind a controller's registers, which the hypervisor plays: each in a window of its own on the VM's bus. */
import { diskWayOf } from '#base/catalogue/disk-ways';
import type { VmSpec } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import type { InterruptLine } from '#machine/devices/device';
import type { DiskKind } from '#machine/devices/disk/disk';
import type { DiskFaults } from '#machine/devices/disk/disk-faults';
import type { OpenDrive } from '#machine/devices/disk/drive';
import { MEMORY_DISK_KIND } from '#machine/devices/disk/memory-disk';
import type { GuestMemory } from '#machine/devices/guest-memory';
import { IdeDisk } from '#machine/devices/ide/device';
import { ideWindow } from '#machine/devices/platform';
import type { EventQueue } from '#machine/event-queue';
import { createKind } from '#machine/kind';
import { type Emulated, placesOf } from './behind-registers.ts';

export interface EmulatedDisksOptions {
  /** Prefix of the channels of their events: unique on the host. */
  readonly name: string;
  readonly memory: GuestMemory;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
  /** The wire of an interrupt source. */
  readonly line: (source: number) => InterruptLine;
  /** What the content of a disk of the specification can lie in. */
  readonly kindsFor: (disk: number) => readonly DiskKind[];
  /** Who serves the requests of a disk of the specification. */
  readonly opener: (disk: number) => OpenDrive;
  /** What of it is broken. */
  readonly faultsOf: (disk: number) => DiskFaults;
}

/** Makes the emulated ones, in the order of their windows. */
export function emulatedDisks(spec: VmSpec, options: EmulatedDisksOptions): Emulated<IdeDisk>[] {
  const { name, memory, events, now, line, kindsFor, opener, faultsOf } = options;
  return placesOf('hypervisor', spec.disks).map(({ place: disk, window: index }) => {
    const { sizeBytes, content = { kind: MEMORY_DISK_KIND.id }, way } = spec.disks[disk]!;
    const kinds = kindsFor(disk);
    const window = ideWindow(index);
    const device = new IdeDisk({
      ...{ name: `ide${index}`, channel: `${name}.ide${index}`, serial: `${spec.name}-ide${index}` },
      ...{ events, now, openDrive: opener(disk), line: line(window.irq) },
      faults: faultsOf(disk),
      ...(diskWayOf(way).dma ? { memory } : {}),
      disk: createKind(kinds, content, { sizeBytes, kinds }),
    });
    return { place: disk, device, window };
  });
}

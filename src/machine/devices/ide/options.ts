/** What an IDE disk is made of. */
import type { VirtualNs } from '#base/virtual-time';
import type { EventQueue } from '../../event-queue.ts';
import type { InterruptLine } from '../device.ts';
import type { Disk } from '../disk/disk.ts';
import type { DiskFaults } from '../disk/disk-faults.ts';
import type { OpenDrive } from '../disk/drive.ts';
import type { GuestMemory } from '../guest-memory.ts';

export interface IdeOptions {
  /** Of its window on the bus. */
  readonly name: string;
  /** Channel of its events: its own on the host. */
  readonly channel: string;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
  readonly line: InterruptLine;
  /** What its bus master reaches; without it the disk has PIO only. */
  readonly memory?: GuestMemory;
  /** How long it has taken to find the memory that was moved since the last call; it takes no time unless given. */
  readonly takeMovingNs?: () => VirtualNs;
  readonly disk: Disk;
  readonly openDrive: OpenDrive;
  readonly serial: string;
  /** What of it is broken; nothing unless given. */
  readonly faults?: DiskFaults;
}

/**
 * What a kind of virtio device is: a row of the table of devices. Its own folder says which settings it has and how it is built of
 * them; whoever builds a machine or a VM gives it the rest.
 */

import type * as v from 'valibot';
import type { EventCode } from '#base/catalogue/event-codes';
import type { ErrorData } from '#base/result';
import type { NicSpec, Settings, VmSpec } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import type { EventQueue } from '../../event-queue.ts';
import { defineKind, type Kind, type KindDefinition } from '../../kind.ts';
import type { DiskKind } from '../disk/disk.ts';
import type { DiskFaults } from '../disk/disk-faults.ts';
import type { OpenDrive } from '../disk/drive.ts';
import type { GuestPages } from '../guest-memory.ts';
import type { VirtioDevice } from './virtio-device.ts';

/** Takes a frame; the bytes are valid only during the call. */
export type Transmit = (frame: Uint8Array) => void;

/** A card's cable: its address, and what takes the frames that it sends. */
export interface Cable {
  readonly mac: Uint8Array;
  readonly transmit: Transmit;
  /** A driver has begun to use the card, or has ended. */
  readonly inUse?: (isInUse: boolean) => void;
}

/** What a device is given besides its settings. */
export interface DeviceEnvironment {
  /** Channel of its events: its own on the host. */
  readonly channel: string;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
  /** For what it draws by chance; the same in every run. */
  readonly seed: number;
  /** A name that tells it from others of its kind. */
  readonly serial: string;
  /** Takes bytes for the terminal; they are valid only during the call. */
  readonly output: (bytes: Uint8Array) => void;
  /** Connects it to the network; frames for it come by `receive`. */
  readonly connect: (nic: NicSpec, receive: Transmit) => Cable;
  /** The pages of its machine, for a device that gives some of them back. */
  readonly pages: GuestPages;
  /** Software can do something there: the VM is neither off nor paused. */
  readonly isRunning: () => boolean;
  /** Tells people what a guest does, or does not. */
  readonly tell: (code: EventCode, data: ErrorData) => void;
  /** What disks can be made of, and who serves their requests. */
  readonly disks: readonly DiskKind[];
  readonly openDrive: OpenDrive;
  /** What of the disk that is made is broken; nothing unless given. */
  readonly faults?: DiskFaults;
}

/** A row of the table of devices. */
export interface DeviceKind extends Kind<DeviceEnvironment, VirtioDevice> {
  /**
   * The devices of this kind that a VM has by a part of its specification, or always; kinds without this are those that
   * `devices` of a specification may name.
   */
  readonly wanted?: (vm: VmSpec) => readonly Settings[];
  /** The slot of device `index` of those, where the specification says one. */
  readonly slotOf?: (vm: VmSpec, index: number) => number | undefined;
}

/** A kind as its own file writes it. */
export function defineDevice<Entries extends v.ObjectEntries>({
  wanted,
  slotOf,
  ...definition
}: KindDefinition<Entries, DeviceEnvironment, VirtioDevice> &
  Pick<DeviceKind, 'wanted' | 'slotOf'>): DeviceKind {
  return {
    ...defineKind(definition),
    ...(wanted === undefined ? {} : { wanted }),
    ...(slotOf === undefined ? {} : { slotOf }),
  };
}

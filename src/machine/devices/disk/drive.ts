/**
 * Between the front end of a disk (virtio, or registers of another sort) and whoever serves its requests: the front end submits, and
 * hears when each is done, in whatever order. A drive takes time and moves nothing: data moves when a request is done, between
 * the guest's memory and the disk's content, and the front end does it.
 */
import type { PartState } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import type { EventQueue } from '../../event-queue.ts';
import type { Disk } from './disk.ts';

export const DRIVE_OPS = ['read', 'write', 'flush', 'discard', 'write-zeroes'] as const;
export type DriveOp = (typeof DRIVE_OPS)[number];

/** What hears of requests. */
export interface DriveClient {
  /** The request's time has come. It is the drive's no more: its tag may be used again at once. */
  done(tag: number): void;
}

/** Requests are named by tags, which the front end chooses; no two of those in flight are equal. */
export interface Drive {
  /** `offset` and `length` lie on the disk; both are 0 for a flush. */
  submit(tag: number, op: DriveOp, offset: number, length: number): void;
  /** Nobody waits for a request any more: nothing is heard of it. Whether the medium is spared the work is its affair. */
  withdraw(tag: number): void;
  /** The disk is gone: nothing is heard of any request, and no event stays behind. */
  close(): void;
  /**
   * What of its requests travels with the device; nothing where they wait at a medium of the host, which has its own state. Then the
   * device submits them again when it is restored, in their order, and a host that is restored with it puts its own in their place.
   */
  capture(): PartState | undefined;
  restore(state: PartState): void;
}

/** What a drive is opened for. */
export interface DriveOptions {
  /** Channel of the device's events: its own on the host. */
  readonly channel: string;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
  readonly sizeBytes: number;
  /** What a write to a range takes beside its work, when it begins: {@link Disk.makingNs}. */
  readonly makingNs?: MakingNs;
}
export type MakingNs = (offset: number, length: number) => VirtualNs;

/** What a drive is told of the content that its requests are for. */
export function contentOf(disk: Disk): Pick<DriveOptions, 'sizeBytes' | 'makingNs'> {
  return { sizeBytes: disk.sizeBytes, makingNs: (offset, length) => disk.makingNs?.(offset, length) ?? 0 };
}
export type OpenDrive = (options: DriveOptions, client: DriveClient) => Drive;

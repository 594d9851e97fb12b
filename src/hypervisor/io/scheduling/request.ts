/**
 * What waits at a physical disk: requests, each of one stream (a disk of a VM). Requests of a stream that lie side by side may have been
 * merged: the first stands for all, and the others hang behind it.
 */
import type { VirtualNs } from '#base/virtual-time';
import type { DriveClient, DriveOp, MakingNs } from '#machine/devices/disk/drive';
import type { DiskLimiter } from '../limits/disk-limits.ts';
import type { Latencies, RecentLatencies } from './latencies.ts';

/** Reused from request to request. */
export class IoRequest {
  tag = 0;
  op: DriveOp = 'read';
  /** Range on the physical disk; of all that are merged. */
  offset = 0;
  length = 0;
  /** When it was submitted, and how many were before it. */
  at: VirtualNs = 0;
  sequence = 0;
  /** So much of the range has been served. */
  served = 0;
  /** The next of those that are merged with it. */
  merged: IoRequest | undefined;
}

/** Nobody waits for the request any more. */
export const ABANDONED = -1;

/** A disk of a VM at the physical disk on which it lies. */
export interface IoStream {
  readonly id: number;
  /** The VM's slot, and the disk's place among its disks. */
  readonly slot: number;
  readonly index: number;
  readonly sizeBytes: number;
  /** Where it lies. */
  base: number;
  shares: number;
  limiter: DiskLimiter;
  readonly client: DriveClient;
  /** What a write takes beside its work: making what backs a range that was never written. */
  readonly makingNs: MakingNs;
  /** By tag. */
  readonly requests: (IoRequest | undefined)[];
  /** Those that its limits hold back, and those that wait for the disk, in the order in which they came. */
  readonly held: IoRequest[];
  readonly waiting: IoRequest[];
  inService: number;
  /** Since the scheduler was chosen, and lately. */
  readonly latencies: Latencies;
  readonly recent: RecentLatencies;
  readonly counters: StreamCounters;
}

export interface StreamCounters {
  completed: number;
  bytes: number;
  merges: number;
  /** Requests that its limits have held back. */
  held: number;
  /** Time that it has had of the disk. */
  servedNs: VirtualNs;
  /** Time in which backing was made for its writes. */
  makingNs: VirtualNs;
}

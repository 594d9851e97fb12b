/**
 * What of a disk's medium is broken, and what becomes of requests that cannot be served: the guest is told, or its VM stops and they are
 * tried again when it goes on. It is a front end's, whichever that is; all of it comes from commands, so that a run repeats.
 */
import {
  DISK_FAULTS,
  type DiskFault,
  type FlushRefusal,
  type ReadErrorPolicy,
  USUAL_READ_ERRORS,
  USUAL_WRITE_ERRORS,
  type WriteErrorPolicy,
} from '#base/catalogue/disk-errors';
import { type Declaration, declare } from '#base/state/declare';
import { integer, list, oneOf, upTo } from '#base/state/types';
import type { DriveOp } from './drive.ts';

/** A part of a disk that fails. */
export interface BadRange {
  readonly offset: number;
  readonly length: number;
  readonly fails: DiskFault;
}
/** Parts that one disk may have. */
export const MOST_BAD_RANGES = 64;

export interface DiskFaultsState {
  readonly bad: readonly BadRange[];
}
export const DISK_FAULTS_STATE: Declaration<DiskFaultsState> = declare('disk faults', {
  bad: list(
    declare<BadRange>('bad range', { offset: integer, length: integer, fails: oneOf(...DISK_FAULTS) }),
    upTo(MOST_BAD_RANGES),
  ),
});

/** What a VM is stopped for. */
export type HoldReason = 'disk.badRead' | 'disk.badWrite' | 'disk.noRoomToKeep' | 'disk.notKept';

export interface DiskFaultsOptions {
  readonly reads?: ReadErrorPolicy | undefined;
  readonly writes?: WriteErrorPolicy | undefined;
  /** Stops the VM; where nobody can, guests are told of everything. */
  readonly hold?: (why: HoldReason) => void;
  /** The guest is told that what it has flushed is not kept. */
  readonly told?: (why: FlushRefusal) => void;
}

/** `served`: nothing stands in the way; `failed`: the guest is told; `held`: the VM stops, and the request is tried again. */
export type Fate = 'served' | 'failed' | 'held';

export class DiskFaults {
  readonly reads: ReadErrorPolicy;
  readonly writes: WriteErrorPolicy;
  readonly #hold: DiskFaultsOptions['hold'];
  readonly #told: DiskFaultsOptions['told'];
  #bad: readonly BadRange[] = [];

  constructor({ reads, writes, hold, told }: DiskFaultsOptions = {}) {
    this.reads = reads ?? USUAL_READ_ERRORS;
    this.writes = writes ?? USUAL_WRITE_ERRORS;
    this.#hold = hold;
    this.#told = told;
  }

  get bad(): readonly BadRange[] {
    return this.#bad;
  }
  /** False when there are too many. */
  add(range: BadRange): boolean {
    if (this.#bad.length >= MOST_BAD_RANGES) return false;
    this.#bad = [...this.#bad, range];
    return true;
  }
  clear(): void {
    this.#bad = [];
  }

  /** What becomes of a request whose time has come. */
  fateOf(op: DriveOp, offset: number, length: number): Fate {
    if (this.#bad.length === 0 || op === 'flush') return 'served';
    const isRead = op === 'read';
    const meets = (bad: BadRange): boolean =>
      offset < bad.offset + bad.length && bad.offset < offset + length;
    const isBad = this.#bad.some((bad) => bad.fails !== (isRead ? 'writes' : 'reads') && meets(bad));
    if (!isBad) return 'served';
    const stops = (isRead ? this.reads : this.writes) === 'stop';
    return this.#fate(stops, isRead ? 'disk.badRead' : 'disk.badWrite');
  }
  /** What becomes of a request that wanted to be kept: why it was not, if so. */
  fateOfFlush(why: FlushRefusal | undefined): Fate {
    if (why === undefined) return 'served';
    const isFull = why === 'full';
    const stops = this.writes === 'stop' || (isFull && this.writes === 'enospc');
    const fate = this.#fate(stops, isFull ? 'disk.noRoomToKeep' : 'disk.notKept');
    if (fate === 'failed') this.#told?.(why);
    return fate;
  }
  #fate(stops: boolean, why: HoldReason): Fate {
    if (!stops || this.#hold === undefined) return 'failed';
    this.#hold(why);
    return 'held';
  }

  /** Nothing where nothing is broken. */
  capture(): DiskFaultsState | undefined {
    return this.#bad.length === 0 ? undefined : { bad: this.#bad };
  }
  restore(state: DiskFaultsState | undefined): void {
    this.#bad = state?.bad ?? [];
  }
}

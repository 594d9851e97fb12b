/**
 * A hard disk: an arm that moves over the tracks, platters that turn, a head that reads what passes below it. One request at a time.
 *
 *     seek      settle + (full − settle) · √(distance / size); nothing on the same track
 *     rotation  until the place passes below the head: it turns with virtual time
 *     transfer  a track in a turn
 *
 * What follows on what was read or written last waits for no turn: the disk reads ahead.
 */
import * as v from 'valibot';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { integer } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import type { DriveOp } from '#machine/devices/disk/drive';
import { defineKind } from '#machine/kind';
import type { DiskModel, DiskModelKind } from './model.ts';
import { bytes, duration } from './settings.ts';

interface Geometry {
  readonly sizeBytes: number;
  readonly trackBytes: number;
  readonly turnNs: VirtualNs;
  readonly settleNs: VirtualNs;
  readonly fullSeekNs: VirtualNs;
  /** Electronics, for each request. */
  readonly overheadNs: VirtualNs;
}

interface HardDiskState {
  readonly headAt: number;
  readonly seeks: number;
  readonly seekNs: VirtualNs;
  readonly rotationNs: VirtualNs;
  readonly transferNs: VirtualNs;
}
const STATE: Declaration<HardDiskState> = declare('hard disk', {
  ...{ headAt: integer, seeks: integer, seekNs: integer, rotationNs: integer, transferNs: integer },
});

class HardDisk implements DiskModel {
  readonly parallel = 1;
  /** Half a track: it passes in less time than the arm needs to come back. */
  readonly pieceBytes: number = 512 * 1024;
  readonly patienceNs: VirtualNs;
  readonly counters = { seeks: 0, seekNs: 0, rotationNs: 0, transferNs: 0 };
  costNs: VirtualNs = 0;
  readonly #geometry: Geometry;
  /** The byte that comes below the head next. */
  #headAt = 0;

  constructor(geometry: Geometry) {
    this.#geometry = geometry;
    this.patienceNs = geometry.settleNs;
  }

  begin(op: DriveOp, offset: number, length: number, now: VirtualNs): VirtualNs {
    const { overheadNs, trackBytes, turnNs } = this.#geometry;
    if (op !== 'read' && op !== 'write') {
      this.costNs = overheadNs;
      return now + overheadNs;
    }
    const { counters } = this;
    const follows = offset === this.#headAt;
    const seekNs = follows ? 0 : this.#seekNs(offset);
    const arrived = now + overheadNs + seekNs;
    const rotationNs = follows ? 0 : this.#rotationNs(offset, arrived);
    const transferNs = Math.ceil((length * turnNs) / trackBytes);
    if (seekNs > 0) counters.seeks += 1;
    counters.seekNs += seekNs;
    counters.rotationNs += rotationNs;
    counters.transferNs += transferNs;
    this.#headAt = offset + length;
    this.costNs = overheadNs + seekNs + rotationNs + transferNs;
    return now + this.costNs;
  }

  #seekNs(offset: number): VirtualNs {
    const { sizeBytes, trackBytes, settleNs, fullSeekNs } = this.#geometry;
    const tracks = Math.abs(Math.floor(offset / trackBytes) - Math.floor(this.#headAt / trackBytes));
    if (tracks === 0) return 0;
    const part = Math.sqrt(Math.min(1, (tracks * trackBytes) / sizeBytes));
    return Math.floor(settleNs + (fullSeekNs - settleNs) * part);
  }
  /** Until the place passes below the head. */
  #rotationNs(offset: number, at: VirtualNs): VirtualNs {
    const { trackBytes, turnNs } = this.#geometry;
    const place = Math.floor(((offset % trackBytes) * turnNs) / trackBytes);
    return (place - (at % turnNs) + turnNs) % turnNs;
  }

  capture(): PartState {
    return partState(STATE, { headAt: this.#headAt, ...this.counters });
  }
  restore(saved: PartState): void {
    const { headAt, ...counters } = stateIn(STATE, saved);
    this.#headAt = headAt;
    Object.assign(this.counters, counters);
  }
}

/** By default as a desktop's disk: 7,200 turns in a minute, a full seek in 15 ms, 120 MB/s. */
export const HARD_DISK: DiskModelKind = defineKind({
  id: 'hard-disk',
  settings: {
    sizeBytes: v.optional(bytes, 64 * 2 ** 30),
    trackBytes: v.optional(bytes, 1_000_000),
    turnNs: v.optional(duration, 8_333_333),
    settleNs: v.optional(duration, 1_000_000),
    fullSeekNs: v.optional(duration, 15_000_000),
    overheadNs: v.optional(duration, 50_000),
  },
  state: STATE,
  create: (geometry) => new HardDisk(geometry),
});

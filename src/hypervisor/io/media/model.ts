/**
 * What a physical disk costs in time: a model answers, for each piece of work as it begins, when it ends. It knows places on the disk,
 * and nothing of who asks. All models have this shape and stand in one table (models.ts).
 */
import type { PartState } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import type { DriveOp } from '#machine/devices/disk/drive';
import type { Kind } from '#machine/kind';

export interface DiskModel {
  /** Pieces of work that it is at at a time. */
  readonly parallel: number;
  /** So much in one go costs little more than less would: what is served fairly is cut into such pieces. */
  readonly pieceBytes: number;
  /** So long it may stand still for a request that is about to come: less than to go elsewhere and come back takes. 0 where places do not matter. */
  readonly patienceNs: VirtualNs;
  /**
   * Begins a piece of work: when it ends.
   * @param continues it follows another piece of the same request
   */
  begin(op: DriveOp, offset: number, length: number, now: VirtualNs, continues: boolean): VirtualNs;
  /** What the piece that was begun last has taken of the disk: what others could not have meanwhile. */
  readonly costNs: VirtualNs;
  /** What it counts, for people to read. */
  readonly counters: Readonly<Record<string, number>>;
  /** Its state, as it is until the model changes. */
  capture(): PartState;
  restore(state: PartState): void;
}

/** A row of the table of models. */
export type DiskModelKind = Kind<Record<never, never>, DiskModel>;

/**
 * Who keeps a disk when the lab ends. A commit is made while the machine stands still: when it comes back, what the guest flushed is
 * safe, and virtual time goes on as if nothing had been. One that fails is told to the flush that wanted it, and to whoever drives the lab,
 * who notes in the log that this flush fails: a run that repeats it has no keeper, and comes to the same.
 */
import type { FlushRefusal } from '#base/catalogue/disk-errors';

/** Bytes of a block that a commit names. */
export const BLOCK_BYTES = 4096;

/** What a commit changes. */
export interface DiskChange {
  /** Name of the layer below. */
  readonly layer: string | undefined;
  /** Everything that lies above the layer: what was committed before does not count any more. */
  readonly isWhole: boolean;
  /** By index; what lies behind the end of the disk is zeros. */
  readonly blocks: ReadonlyMap<number, Uint8Array>;
}

/** `unseen`: a run that is only repeated, or not seen any more, keeps nothing. */
export type CommitOutcome = 'kept' | 'unseen' | FlushRefusal;

export interface DiskKeeper {
  commit(change: DiskChange): CommitOutcome;
}

/**
 * Who keeps a disk when the lab ends. A commit is made while the machine stands still: when it comes back, what the guest flushed is
 * safe, and virtual time goes on as if nothing had been. One that fails is not the guest's affair either: whoever drives the lab is told,
 * and stops the VM by a command that the log has; what was not kept is committed with the next flush.
 */

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

export interface DiskKeeper {
  /** True when the change lasts. */
  commit(change: DiskChange): boolean;
}

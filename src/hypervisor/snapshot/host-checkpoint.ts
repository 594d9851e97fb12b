/**
 * What a checkpoint takes of a host: its state, and of the pieces of that (pages of RAM, parts of disks) only those whose content
 * whoever takes it does not have yet. Each content has a number that counts up; the same number means the same bytes as long as the
 * host lives.
 */

/** Plain data: it may cross to another thread. */
export interface HostCheckpoint {
  /** Everything but the pieces. */
  readonly state: Uint8Array;
  /** By piece: the number of its content (0: zeros), and its size. */
  readonly contents: Float64Array;
  readonly sizes: Uint32Array;
  /** The last number so far: who has this checkpoint knows all contents up to it that there still are. */
  readonly known: number;
  /** By content that is new: which piece is the first that has it, ascending. */
  readonly fresh: Uint32Array;
  /** Copies of those. */
  readonly freshPieces: readonly Uint8Array[];
}

/** A host as it is read back: pieces in the order in which the state names them. */
export interface HostImage {
  readonly state: Uint8Array;
  readonly pieces: readonly Uint8Array[];
}

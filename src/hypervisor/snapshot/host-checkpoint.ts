/**
 * What a checkpoint takes of a host: its state, and of the pieces of that (pages of RAM, parts of disks) only those whose content
 * is new since the one before. Each content has a number; the same number means the same bytes as long as the host lives.
 */

/** Plain data: it may cross to another thread. */
export interface HostCheckpoint {
  /** Everything but the pieces. */
  readonly state: Uint8Array;
  /** By piece: the number of its content, and its size. */
  readonly contents: Float64Array;
  readonly sizes: Uint32Array;
  /** By content that is new: which piece is the first that has it, ascending. */
  readonly fresh: Uint32Array;
  /** The bytes of those, one behind the other. */
  readonly freshBytes: Uint8Array;
}

/** A host as it is read back: pieces in the order in which the state names them. */
export interface HostImage {
  readonly state: Uint8Array;
  readonly pieces: readonly Uint8Array[];
}

/** A state as bytes, and back. The same state gives the same bytes everywhere: their hash is the hash of the state. */
import { SnapshotFormatError, StateReader, StateWriter } from './bytes.ts';
import type { AnyDeclaration, Declaration } from './declare.ts';
import type { Decoder } from './types.ts';

/** Version of the states that this program writes: one more whenever a field comes or goes; see `since` and `until` in declare.ts. */
export const STATE_VERSION = 15;
/** The oldest that it reads: before it, states were written without names. */
export const OLDEST_STATE_VERSION = 2;

export interface DecodeOptions {
  /** Version that wrote the bytes; this program's unless given. */
  readonly version?: number;
  /** Declarations of parts that the bytes name by kind. */
  readonly parts?: readonly AnyDeclaration[];
  /** The pieces that were written apart. */
  readonly apart?: readonly Uint8Array[];
}

/** A state whose pieces lie apart: what they are is known to the state alone. */
export interface StateApart {
  readonly state: Uint8Array;
  /** In the order in which the state names them; they may be views of memory that goes on changing. */
  readonly pieces: readonly Uint8Array[];
}

/** The bytes of a state. */
export function encode<T>(declaration: Declaration<T>, state: T): Uint8Array {
  const bytes = new StateWriter();
  declaration.write({ bytes, named: new Map() }, state);
  return bytes.finish();
}

/** The bytes of a state without its pieces, and those. */
export function encodeApart<T>(declaration: Declaration<T>, state: T): StateApart {
  const bytes = new StateWriter();
  const apart: Uint8Array[] = [];
  declaration.write({ bytes, named: new Map(), apart }, state);
  return { state: bytes.finish(), pieces: apart };
}

/** The state that bytes hold, all of them; a {@link SnapshotFormatError} says what does not fit, and where. */
export function decode<T>(declaration: Declaration<T>, bytes: Uint8Array, options: DecodeOptions = {}): T {
  const { version = STATE_VERSION, parts = [], apart } = options;
  const reader = new StateReader(bytes);
  const from: Decoder = {
    bytes: reader,
    version,
    parts,
    named: new Map(),
    path: [],
    ...(apart && { apart }),
  };
  try {
    const state = declaration.read(from);
    if (!reader.atEnd()) throw new SnapshotFormatError('bytes behind the end');
    return state;
  } catch (error) {
    if (!(error instanceof SnapshotFormatError) || from.path.length === 0) throw error;
    throw new SnapshotFormatError(`${from.path.join('.').replaceAll('.[', '[')}: ${error.message}`);
  }
}

/** A state as bytes, and back. The same state gives the same bytes everywhere: their hash is the hash of the state. */
import { SnapshotFormatError, StateReader, StateWriter } from './bytes.ts';
import type { AnyDeclaration, Declaration } from './declare.ts';
import type { Decoder } from './types.ts';

/** Version of the states that this program writes: one more whenever a field is added; see `since` in declare.ts. */
export const STATE_VERSION = 2;
/** The oldest that it reads: before it, states were written without names. */
export const OLDEST_STATE_VERSION = 2;

export interface DecodeOptions {
  /** Version that wrote the bytes; this program's unless given. */
  readonly version?: number;
  /** Declarations of parts that the bytes name by kind. */
  readonly parts?: readonly AnyDeclaration[];
}

/** The bytes of a state. */
export function encode<T>(declaration: Declaration<T>, state: T): Uint8Array {
  const bytes = new StateWriter();
  declaration.write({ bytes, named: new Map() }, state);
  return bytes.finish();
}

/** The state that bytes hold, all of them; a {@link SnapshotFormatError} says what does not fit, and where. */
export function decode<T>(declaration: Declaration<T>, bytes: Uint8Array, options: DecodeOptions = {}): T {
  const { version = STATE_VERSION, parts = [] } = options;
  const reader = new StateReader(bytes);
  const from: Decoder = { bytes: reader, version, parts, named: new Map(), path: [] };
  try {
    const state = declaration.read(from);
    if (!reader.atEnd()) throw new SnapshotFormatError('bytes behind the end');
    return state;
  } catch (error) {
    if (!(error instanceof SnapshotFormatError) || from.path.length === 0) throw error;
    throw new SnapshotFormatError(`${from.path.join('.').replaceAll('.[', '[')}: ${error.message}`);
  }
}

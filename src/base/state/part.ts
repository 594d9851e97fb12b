/**
 * A part whose sort its holder does not know: devices on a bus, the scheduler of a host. Its state travels together with its
 * declaration, whose name the bytes carry; the reader finds it among the declarations that it was given.
 */
import { SnapshotFormatError } from './bytes.ts';
import type { AnyDeclaration, Declaration } from './declare.ts';
import type { Type } from './types.ts';

/** A state with its declaration, made by {@link partState} only. */
export interface PartState {
  readonly declaration: AnyDeclaration;
  readonly state: unknown;
}

const LONGEST_NAME = 64;

/** Takes a state for one who knows only that it is one. */
export function partState<T>(declaration: Declaration<T>, state: T): PartState {
  return { declaration, state };
}

/** The state again, for the part that knows its declaration; another part's is refused. */
export function stateIn<T>(declaration: Declaration<T>, part: PartState): T {
  if (part.declaration !== declaration)
    throw new SnapshotFormatError(`${part.declaration.name} where ${declaration.name} belongs`);
  // Who has the same declaration has put a state of its type in.
  return part.state as T;
}

/** A part by the name of its declaration. */
export const part: Type<PartState> = {
  name: 'part',
  write: (to, { declaration, state }) => {
    to.bytes.text(declaration.name);
    declaration.write(to, state as never);
  },
  read: (from) => {
    const name = from.bytes.text(LONGEST_NAME);
    const declaration = from.parts.find((known) => known.name === name);
    if (declaration === undefined) throw new SnapshotFormatError(`no part is called ${JSON.stringify(name)}`);
    return { declaration, state: declaration.read(from) };
  },
  view: ({ declaration, state }) => declaration.view(state as never),
};

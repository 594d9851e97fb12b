/**
 * A state as people look at it: a tree whose leaves are words or bytes. What a type shows of a value; the describer
 * and the comparison walk it, and neither knows the types.
 */
export type View =
  /** A value in words. */
  | { readonly kind: 'leaf'; readonly words: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Named parts, made when they are looked at. */
  | { readonly kind: 'record'; readonly fields: () => Iterable<readonly [name: string, view: View]> }
  /** Like parts, each with a name of its own or `[its position]`. */
  | {
      readonly kind: 'list';
      readonly length: number;
      readonly at: (index: number) => View;
      readonly nameOf: (index: number) => string;
    };

/** A line of a description. */
export interface StateRow {
  /** Where the value stands: `vms[0].memory.pages[17].content`. */
  readonly path: string;
  readonly words: string;
}

/** A leaf. */
export function leaf(words: string): View {
  return { kind: 'leaf', words };
}

/** The name of an element that has none of its own. */
export function byPosition(index: number): string {
  return `[${index}]`;
}

/** A name below a path. */
export function below(path: string, name: string): string {
  if (path === '' || name.startsWith('[')) return path + name;
  return `${path}.${name}`;
}

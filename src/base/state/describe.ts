/** A state in words: one row for each value, with the path to it. */
import type { Declaration } from './declare.ts';
import { below, type StateRow, type View } from './view.ts';

/** Bytes and numbers of a row that are shown. */
const SHOWN = 16;

/** The rows of a state, in the order of its declaration, made as they are asked for. */
export function describe<T>(declaration: Declaration<T>, state: T): Iterable<StateRow> {
  return rowsOf(declaration.view(state), '');
}

function* rowsOf(view: View, path: string): Generator<StateRow> {
  switch (view.kind) {
    case 'leaf':
      yield { path, words: view.words };
      return;
    case 'bytes':
      yield { path, words: bytesInWords(view.bytes) };
      return;
    case 'record':
      for (const [name, field] of view.fields()) yield* rowsOf(field, below(path, name));
      return;
    case 'list':
      if (view.length === 0) yield { path, words: 'none' };
      for (let at = 0; at < view.length; at++) yield* rowsOf(view.at(at), below(path, view.nameOf(at)));
      return;
  }
}

/** Bytes as digits, the first of many. */
export function bytesInWords(bytes: Uint8Array): string {
  const digits = Array.from(bytes.subarray(0, SHOWN), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  if (bytes.length <= SHOWN) return bytes.length === 0 ? 'no bytes' : digits;
  return `${digits} … (${bytes.length} bytes)`;
}

/**
 * Where two states differ, in words. What is long is cut short where it stands: a list names its first few differences and says how
 * many more there are below it.
 */
import type { Declaration } from './declare.ts';
import { bytesInWords } from './describe.ts';
import { below, type StateRow, type View } from './view.ts';

/** Elements of one list whose differences are named. */
const NAMED_PER_LIST = 8;
/** Rows of one comparison. */
const MOST_ROWS = 200;
/** Bytes that are shown where two differ first. */
const SHOWN_BYTES = 8;

type Add = (row: StateRow) => void;
type Record = View & { readonly kind: 'record' };
type List = View & { readonly kind: 'list' };

/** The differences of two states; none when they are equal. */
export function diff<T>(declaration: Declaration<T>, a: T, b: T): StateRow[] {
  const rows: StateRow[] = [];
  let more = 0;
  compare(declaration.view(a), declaration.view(b), '', (row) => {
    if (rows.length < MOST_ROWS) rows.push(row);
    else more += 1;
  });
  if (more > 0) rows.push({ path: '', words: `and ${more} more` });
  return rows;
}

/** Rows as lines of text. */
export function rowsAsText(rows: readonly StateRow[]): string {
  return rows.map(({ path, words }) => (path === '' ? words : `${path}: ${words}`)).join('\n');
}

function compare(a: View, b: View, path: string, add: Add): void {
  if (a.kind === 'bytes' && b.kind === 'bytes') compareBytes(a.bytes, b.bytes, path, add);
  else if (a.kind === 'record' && b.kind === 'record') compareRecords(a, b, path, add);
  else if (a.kind === 'list' && b.kind === 'list') compareLists(a, b, path, add);
  else if (a.kind !== 'leaf' || b.kind !== 'leaf' || a.words !== b.words)
    add({ path, words: `${shortly(a)} against ${shortly(b)}` });
}

function compareBytes(a: Uint8Array, b: Uint8Array, path: string, add: Add): void {
  const common = Math.min(a.length, b.length);
  let first = common;
  let differing = 0;
  for (let at = common - 1; at >= 0; at--) {
    if (a[at] === b[at]) continue;
    first = at;
    differing += 1;
  }
  if (a.length !== b.length) add({ path, words: `${a.length} against ${b.length} bytes` });
  if (differing === 0) return;
  const shown = (bytes: Uint8Array): string => bytesInWords(bytes.subarray(first, first + SHOWN_BYTES));
  const where = `${differing} of ${common} bytes differ, the first at 0x${first.toString(16)}`;
  add({ path, words: `${where}: ${shown(a)} against ${shown(b)}` });
}

/** Names the differences of the first few elements that differ, and counts those of the others. */
function compareLists(a: List, b: List, path: string, add: Add): void {
  if (a.length !== b.length) add({ path, words: `${a.length} against ${b.length} elements` });
  let named = 0;
  let more = 0;
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    let differs = false;
    compare(a.at(at), b.at(at), below(path, a.nameOf(at)), (row) => {
      differs = true;
      if (named < NAMED_PER_LIST) add(row);
      else more += 1;
    });
    if (differs) named += 1;
  }
  if (more > 0) add({ path: '', words: `and ${more} more below ${path}` });
}

function compareRecords(a: Record, b: Record, path: string, add: Add): void {
  const other = new Map(b.fields());
  const names = new Set<string>();
  for (const [name, view] of a.fields()) {
    names.add(name);
    const counterpart = other.get(name);
    if (counterpart === undefined) add({ path: below(path, name), words: 'only in the first' });
    else compare(view, counterpart, below(path, name), add);
  }
  for (const name of other.keys())
    if (!names.has(name)) add({ path: below(path, name), words: 'only in the second' });
}

function shortly(view: View): string {
  switch (view.kind) {
    case 'leaf':
      return view.words;
    case 'bytes':
      return bytesInWords(view.bytes);
    case 'record':
      return 'present';
    case 'list':
      return `${view.length} elements`;
  }
}

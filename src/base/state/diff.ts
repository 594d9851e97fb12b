/**
 * Where two states differ, in words. What is long is cut short where it stands: a list names its first few differences and says how
 * many more there are below it.
 */
import type { ErrorData } from '../result.ts';
import { en } from '../texts/en.ts';
import { filled, type Texts } from '../texts/texts.ts';
import type { Declaration } from './declare.ts';
import { bytesInWords } from './describe.ts';
import { below, type StateRow, type View } from './view.ts';

/** Elements of one list whose differences are named. */
const NAMED_PER_LIST = 8;
/** Rows of one comparison, unless another number is asked for. */
const MOST_ROWS = 200;
/** Bytes that are shown where two differ first. */
const SHOWN_BYTES = 8;
/** Characters of a word that is longer, from a little before the first that differs. */
const SHOWN_CHARACTERS = 80;
const CHARACTERS_BEFORE = 20;

type Record = View & { readonly kind: 'record' };
type List = View & { readonly kind: 'list' };
type Sentence = keyof Texts['difference'];
/** Takes a row, or counts it. */
type Add = (path: string, words: string) => void;

export interface DiffOptions {
  /** Rows that are told; of the others it is said how many there are. */
  readonly most?: number;
  /** Sentences of the language in which it is told. */
  readonly texts?: Texts['difference'];
}

/** The differences of two states; none when they are equal. */
export function diff<T>(declaration: Declaration<T>, a: T, b: T, options: DiffOptions = {}): StateRow[] {
  const found = new Differences(options);
  found.compare(declaration, a, b);
  return found.rows();
}

/** Rows as lines of text. */
export function rowsAsText(rows: readonly StateRow[]): string {
  return rows.map(({ path, words }) => (path === '' ? words : `${path}: ${words}`)).join('\n');
}

/** Collects the differences of states that consist of several parts. */
export class Differences {
  readonly #most: number;
  readonly #texts: Texts['difference'];
  readonly #rows: StateRow[] = [];
  #more = 0;

  constructor({ most = MOST_ROWS, texts = en.difference }: DiffOptions) {
    this.#most = most;
    this.#texts = texts;
  }

  /** Compares two states of one declaration, which stand at a path. */
  compare<T>(declaration: Declaration<T>, a: T, b: T, path = ''): void {
    this.#compare(declaration.view(a), declaration.view(b), path, this.#add);
  }

  /** Compares bytes, which stand at a path. */
  compareBytes(a: Uint8Array, b: Uint8Array, path: string): void {
    this.#compareBytes(a, b, path, this.#add);
  }

  /** A difference that somebody else has found. */
  add(path: string, sentence: Sentence, data: ErrorData = {}): void {
    this.#add(path, this.#say(sentence, data));
  }

  /** What was found, and how much more there is. */
  rows(): StateRow[] {
    if (this.#more === 0) return [...this.#rows];
    return [...this.#rows, { path: '', words: this.#say('more', { count: this.#more }) }];
  }

  readonly #add: Add = (path, words) => {
    if (this.#rows.length < this.#most) this.#rows.push({ path, words });
    else this.#more += 1;
  };

  #say(sentence: Sentence, data: ErrorData = {}): string {
    return filled(this.#texts[sentence], data);
  }

  #compare(a: View, b: View, path: string, add: Add): void {
    if (a.kind === 'bytes' && b.kind === 'bytes') this.#compareBytes(a.bytes, b.bytes, path, add);
    else if (a.kind === 'record' && b.kind === 'record') this.#compareRecords(a, b, path, add);
    else if (a.kind === 'list' && b.kind === 'list') this.#compareLists(a, b, path, add);
    else if (a.kind !== 'leaf' || b.kind !== 'leaf')
      add(path, this.#say('against', { a: this.#shortly(a), b: this.#shortly(b) }));
    else if (a.words !== b.words) add(path, this.#say('against', shortened(a.words, b.words)));
  }

  #compareBytes(a: Uint8Array, b: Uint8Array, path: string, add: Add): void {
    const { first, count, common } = differenceOfBytes(a, b);
    if (a.length !== b.length) add(path, this.#say('lengths', { a: a.length, b: b.length }));
    if (count === 0) return;
    const shown = (bytes: Uint8Array): string => bytesInWords(bytes.subarray(first, first + SHOWN_BYTES));
    const at = `0x${first.toString(16)}`;
    add(path, this.#say('bytes', { count, common, at, a: shown(a), b: shown(b) }));
  }

  /** Names the differences of the first few elements that differ, and counts those of the others. */
  #compareLists(a: List, b: List, path: string, add: Add): void {
    if (a.length !== b.length) add(path, this.#say('elements', { a: a.length, b: b.length }));
    let named = 0;
    let more = 0;
    for (let at = 0; at < Math.min(a.length, b.length); at++) {
      let differs = false;
      this.#compare(a.at(at), b.at(at), below(path, a.nameOf(at)), (where, words) => {
        differs = true;
        if (named < NAMED_PER_LIST) add(where, words);
        else more += 1;
      });
      if (differs) named += 1;
    }
    if (more > 0) add('', this.#say('moreBelow', { count: more, path }));
  }

  #compareRecords(a: Record, b: Record, path: string, add: Add): void {
    const other = new Map(b.fields());
    const names = new Set<string>();
    for (const [name, view] of a.fields()) {
      names.add(name);
      const counterpart = other.get(name);
      if (counterpart === undefined) add(below(path, name), this.#say('onlyFirst'));
      else this.#compare(view, counterpart, below(path, name), add);
    }
    for (const name of other.keys()) if (!names.has(name)) add(below(path, name), this.#say('onlySecond'));
  }

  #shortly(view: View): string {
    switch (view.kind) {
      case 'leaf':
        return shortened(view.words, view.words).a;
      case 'bytes':
        return bytesInWords(view.bytes);
      case 'record':
        return this.#say('present');
      case 'list':
        return this.#say('count', { count: view.length });
    }
  }
}

/** Where two arrays of bytes differ first, and at how many of the places that both have. */
export function differenceOfBytes(
  a: Uint8Array,
  b: Uint8Array,
): { readonly first: number; readonly count: number; readonly common: number } {
  const common = Math.min(a.length, b.length);
  let first = common;
  let count = 0;
  for (let at = common - 1; at >= 0; at--) {
    if (a[at] === b[at]) continue;
    first = at;
    count += 1;
  }
  return { first, count, common };
}

/** Two words, of which the part is shown where they differ first. */
function shortened(a: string, b: string): { readonly a: string; readonly b: string } {
  if (Math.max(a.length, b.length) <= SHOWN_CHARACTERS) return { a, b };
  let first = 0;
  while (first < a.length && a[first] === b[first]) first += 1;
  const from = first < a.length || first < b.length ? Math.max(0, first - CHARACTERS_BEFORE) : 0;
  const part = (words: string): string => {
    const end = from + SHOWN_CHARACTERS;
    return `${from > 0 ? '…' : ''}${words.slice(from, end)}${end < words.length ? '…' : ''}`;
  };
  return { a: part(a), b: part(b) };
}

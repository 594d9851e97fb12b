/** Which entries of the palette fit what was typed, and in what order. */

/** What an entry is found by. */
export interface Findable {
  readonly text: string;
  /** The view's own name, in the language of the page and as addresses have it: who types its beginning means it. */
  readonly view?: readonly string[];
  /** Of the object that the person is at. */
  readonly isNear?: boolean;
}

/** 0: a view begins so; 1: a word of it does; 2: it stands somewhere in it. */
function rankOf({ text, view = [] }: Findable, [first = '']: readonly string[]): number {
  if (first === '') return view.length > 0 ? 0 : 1;
  if (view.some((name) => name.toLowerCase().startsWith(first))) return 0;
  return text
    .toLowerCase()
    .split(/\s+/)
    .some((word) => word.startsWith(first))
    ? 1
    : 2;
}

/**
 * Entries in which every word stands, views that begin so first, and of these the ones of where the person is. Without words all of
 * them: views of where the person is first.
 */
export function ordered<E extends Findable>(entries: readonly E[], typed: string): E[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ text, view = [] }: E): boolean => {
    const all = [text, ...view].join(' ').toLowerCase();
    return words.every((word) => all.includes(word));
  };
  const place = (entry: E): number => 2 * rankOf(entry, words) + (entry.isNear === true ? 0 : 1);
  return entries
    .filter(fits)
    .map((entry, index) => ({ entry, index, place: place(entry) }))
    .sort((one, other) => one.place - other.place || one.index - other.index)
    .map(({ entry }) => entry);
}

/** Keys that, with Alt, choose one of the first entries. */
const DIGITS = '1234567890';

/** The key of an entry, by its place in the list; nothing for those further down. */
export function digitOf(index: number): string | undefined {
  return DIGITS[index];
}

/** The place that a key with Alt chooses, by the key itself: with Alt some keyboards write other signs. */
export function placeOfKey(code: string): number {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  return digit === undefined ? -1 : DIGITS.indexOf(digit);
}

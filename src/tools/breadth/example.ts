/**
 * What an example is: a thing that the structure is made for, as the files that somebody would write for it and the rows that
 * they would add to files that exist. Which files of the product it touches is counted when it has been put into a copy of the tree.
 */

/** A row, put before a place in a file that exists. */
export interface Row {
  readonly path: string;
  /** Text that stands in the file; of several places the last. */
  readonly before: string;
  readonly text: string;
}

export interface Example {
  /** As in the table of what is wanted. */
  readonly thing: string;
  /** Files of its own, by path. */
  readonly own: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
  /** Path of its own test, which uses the thing; it is one of its own files. */
  readonly test: string;
}

/** Texts for people and tests are wanted with everything, and count for nothing. */
const ASIDE = /^src\/(?:base\/texts|ui\/i18n)\/|\.test\.tsx?$/;

/** Puts rows into a file's text. */
export function withRow(text: string, { path, before, text: row }: Row): string {
  const at = text.lastIndexOf(before);
  if (at < 0) throw new Error(`${path} has no ${JSON.stringify(before)}`);
  return `${text.slice(0, at)}${row}${text.slice(at)}`;
}

/** Of files that were changed, those of the product that were there before. */
export function touched(changed: readonly string[]): string[] {
  return changed.filter((path) => !ASIDE.test(path));
}

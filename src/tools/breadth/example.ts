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

/** A thing that the product has already. It touches the files that do not compile when its own are taken away. */
export interface PresentExample {
  readonly thing: string;
  /** Files of its own, by path. */
  readonly present: readonly string[];
}

/** Texts for people, tests and tools are wanted with everything, and count for nothing. */
const ASIDE = /^e2e\/|^src\/(?:base\/texts|tools|ui\/i18n)\/|\/fixtures\/|\.test\.tsx?$/;
/** What the compiler says of a file. */
const COMPLAINT = /^([^\s(]+)\(\d+,\d+\): error /gm;

/** Files in which the compiler finds mistakes, by path, in order. */
export function complainedOf(said: string): string[] {
  return [...new Set([...said.matchAll(COMPLAINT)].map(([, path = '']) => path))].sort();
}

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

/** Finding text in what a terminal has shown. */
import type { TextLine } from './xterm.ts';

export interface Found {
  readonly row: number;
  readonly column: number;
  readonly length: number;
}

/** All places of a text, upper and lower case alike, the last one first: what was said last is looked for most. */
export function findAll(lines: readonly TextLine[], wanted: string): Found[] {
  const needle = wanted.toLowerCase();
  if (needle === '') return [];
  const found: Found[] = [];
  for (const { row, cols, text } of lines) {
    const hay = text.toLowerCase();
    for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + needle.length))
      found.push({ row: row + Math.floor(at / cols), column: at % cols, length: wanted.length });
  }
  return found.reverse();
}

/** Adds every example to a copy of the tree, has the compiler and the examples' own tests say that it is there, and counts. */
import { type Example, touched, withRow } from './example.ts';
import { EXAMPLES } from './examples.ts';
import { Scratch } from './scratch.ts';

export interface Counted {
  readonly thing: string;
  /** Files of the product that had to be touched, besides its own. */
  readonly touched: readonly string[];
}

/** Writes an example's files and rows; the result is which files were there before and have changed. */
function put(scratch: Scratch, { thing, own, rows }: Example): string[] {
  for (const [path, text] of Object.entries(own)) {
    if (scratch.has(path)) throw new Error(`${thing}: ${path} is there already`);
    scratch.write(path, text);
  }
  const before = new Map(rows.map(({ path }) => [path, scratch.read(path)]));
  for (const row of rows) scratch.write(row.path, withRow(scratch.read(row.path), row));
  return [...before].filter(([path, text]) => scratch.read(path) !== text).map(([path]) => path);
}

/** Counts for all examples. They are added one after the other, and all of them compile and run together. */
export function countTouched(say: (text: string) => void): Counted[] {
  const scratch = new Scratch();
  try {
    const counted = EXAMPLES.map((example) => ({
      thing: example.thing,
      touched: touched(put(scratch, example)),
    }));
    say(`${EXAMPLES.length} things are in ${scratch.folder}; compiling`);
    scratch.run('tsc', '-b');
    const tests = EXAMPLES.map(({ test }) => test);
    say('running their tests');
    scratch.run('vitest', 'run', '--dir', 'src', ...tests);
    return counted;
  } finally {
    scratch.remove();
  }
}

/**
 * Adds every example to a copy of the tree, has the compiler and the examples' own tests say that it is there, and counts. What is
 * in the tree already is taken out of the copy, and the compiler says who knew of it.
 */
import { complainedOf, type Example, type PresentExample, touched, withRow } from './example.ts';
import { EXAMPLES, PRESENT_EXAMPLES } from './examples.ts';
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

/** Takes an example's files away for a moment; the result is which other files do not compile without them. */
function missedBy(scratch: Scratch, { thing, present }: PresentExample): string[] {
  const texts = present.map((path) => [path, scratch.read(path)] as const);
  for (const path of present) scratch.delete(path);
  const { said } = scratch.try('tsc', '-b');
  for (const [path, text] of texts) scratch.write(path, text);
  const missing = complainedOf(said);
  if (missing.length === 0) throw new Error(`${thing}: nobody misses it: ${said.slice(-4000)}`);
  return missing;
}

/** Counts for all examples. They are added one after the other, and all of them compile and run together. */
export function countTouched(say: (text: string) => void): Counted[] {
  const scratch = new Scratch();
  try {
    const counted = EXAMPLES.map((example) => ({
      thing: example.thing,
      touched: touched(put(scratch, example)),
    }));
    say(`${counted.length} things are in ${scratch.folder}; compiling`);
    scratch.run('tsc', '-b');
    const tests = EXAMPLES.map(({ test }) => test);
    say('running their tests');
    scratch.run('vitest', 'run', '--dir', 'src', ...tests);
    say('compiling without what is there already');
    const present = PRESENT_EXAMPLES.map((example) => ({
      thing: example.thing,
      touched: touched(missedBy(scratch, example)),
    }));
    return [...counted, ...present];
  } finally {
    scratch.remove();
  }
}

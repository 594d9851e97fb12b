/**
 * A run of typing as documents carry it: what was typed into one console, key after key, as one text, and the times between the keys
 * in units of what they have in common (a quantum, since commands happen at its boundaries; more where the keys came at rounder times).
 *
 *     { "vm": "a", "text": "ls\r…", "unitNs": 100000, "gaps": "W1qh…" }
 *
 * A person's keys cost a link three to four characters each: one for the text, the rest for times that nobody can guess. Times are
 * exact: read again, a run is the commands that it was made of.
 */
import { LIMITS } from '#base/catalogue/limits';
import { PackedNumbers, packNumbers } from './packed-numbers.ts';

/** Time since the key before, and what the key gave. */
export type Key = readonly [gapNs: number, text: string];

/** Keys that were typed one after the other, the first at the time of the run. */
export interface TypedRun {
  readonly text: string;
  readonly unitNs: number;
  /** Of each key but the first: units since the one before, as {@link packNumbers} writes them. */
  readonly gaps: string;
  /** Of each key: characters that it gave, less one. Without it each key gave one. */
  readonly lengths?: string;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** The run of some keys, each of which gave something; times are whole numbers, that of the first does not count. */
export function writeTyping(keys: readonly Key[]): TypedRun {
  const gapsNs = keys.slice(1).map(([gapNs]) => gapNs);
  const unitNs = gapsNs.reduce(greatestCommonDivisor, 0) || 1;
  const lengths = keys.map(([, text]) => text.length - 1);
  return {
    text: keys.map(([, text]) => text).join(''),
    unitNs,
    gaps: packNumbers(gapsNs.map((gapNs) => gapNs / unitNs)),
    ...(lengths.some((length) => length > 0) ? { lengths: packNumbers(lengths) } : {}),
  };
}

/** Characters of each key; `undefined` when they are not those of the text. */
function lengthsOf({ text, lengths }: TypedRun): number[] | undefined {
  if (lengths === undefined) return Array.from(text, () => 1);
  const numbers = new PackedNumbers(lengths);
  const read: number[] = [];
  let sum = 0;
  while (sum < text.length) {
    const length = numbers.next() + 1;
    sum += length;
    read.push(length);
  }
  return sum === text.length && numbers.isWhole() ? read : undefined;
}

/** The keys of a run from anywhere, whose text is of bounded length; `undefined` when its parts do not fit together. */
export function readTyping(run: TypedRun): readonly Key[] | undefined {
  const lengths = lengthsOf(run);
  if (lengths === undefined) return undefined;
  const gaps = new PackedNumbers(run.gaps);
  let start = 0;
  let time = 0;
  const keys = lengths.map((length, index): Key => {
    const gapNs = index === 0 ? 0 : gaps.next() * run.unitNs;
    time += gapNs;
    start += length;
    return [gapNs, run.text.slice(start - length, start)];
  });
  return time <= LIMITS.commandAtNs.most && gaps.isWhole() ? keys : undefined;
}

/** Shapes of single values: numbers within limits, names, texts. The numbers are those of the catalogue. */
import * as v from 'valibot';
import { LIMITS, type Range } from '#base/catalogue/limits';
import { NAME_LENGTH, NAME_PATTERN } from '#base/catalogue/names';
import { isPlainObject } from '#base/plain-data';
import { startSeconds, USUAL_START_DATE } from '#base/start-date';
import { LAYER_NAME } from '#machine/devices/disk/layers/layer';
import type { Shape } from './parse.ts';

/** A whole number. */
export function whole({ least, most }: Range): Shape<number> {
  return v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
}

/** A size in units of a power of two. */
export function size({ least, most }: Range, unit: number): Shape<number> {
  return v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most), v.multipleOf(unit));
}

/** A count, a number of something, or a virtual time. */
export const COUNT: Shape<number> = whole({ least: 0, most: Number.MAX_SAFE_INTEGER });

/** A disk or a card of a VM, by its place in the specification. */
export const DISK: Shape<number> = whole({ least: 0, most: LIMITS.disksPerVm - 1 });
export const CARD: Shape<number> = whole({ least: 0, most: LIMITS.nicsPerVm - 1 });

/** A list of at most so many. */
export function listOf<T>(item: Shape<T>, most: number): Shape<T[]> {
  // The length first: a long list is refused before its items are looked at.
  return v.pipe(v.array(v.unknown()), v.maxLength(most), v.array(item));
}

/** What a clock shows at the beginning. */
export const START_DATE: Shape<string> = v.pipe(
  v.string(),
  v.maxLength(USUAL_START_DATE.length),
  v.check((date) => startSeconds(date) !== undefined, 'scenario.badDate'),
);

/** Names of hosts, VMs and switches go into command lines and host names of guests. */
export const NAME: Shape<string> = v.pipe(
  v.string(),
  v.maxLength(NAME_LENGTH),
  v.regex(NAME_PATTERN, 'scenario.badName'),
);

/** No control characters, no line ends, nothing that turns the direction of text. A joiner makes one sign of several. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?!\u200d)\p{Cf}/u;

/** Text for people, in any language. */
export function printable(most: number): Shape<string> {
  return v.pipe(
    v.string(),
    v.maxLength(most),
    v.check((text) => !UNPRINTABLE.test(text), 'scenario.badText'),
  );
}

/** What a person calls something: not nothing. */
export function calledBy(most: number): Shape<string> {
  return v.pipe(
    printable(most),
    v.check((name) => name.trim() !== '', 'scenario.empty'),
  );
}

/** What a person calls a snapshot. */
export const SNAPSHOT_NAME: Shape<string> = calledBy(LIMITS.titleLength);

/** A number that need not be whole. */
export const REAL: Shape<number> = v.pipe(v.number(), v.finite());

/** A word or two of a person's, to be looked up. */
export const SHORT_TEXT: Shape<string> = v.pipe(v.string(), v.maxLength(128));

/** A 64-bit address as text; whether it is one is found out when it is read. */
export const ADDRESS: Shape<string> = v.pipe(v.string(), v.maxLength(128));

/** The name of a file, without a folder. */
export const FILE_NAME: Shape<string> = v.pipe(
  v.string(),
  v.maxLength(LIMITS.fileNameLength),
  v.check(
    (text) => text !== '' && !/^\.|[/\\:]/.test(text) && !UNPRINTABLE.test(text),
    'scenario.badFileName',
  ),
);

/** Where a file lies in a guest: absolute, in ASCII, without spaces. */
export const PATH: Shape<string> = v.pipe(
  v.string(),
  v.maxLength(200),
  v.regex(/^\/[\x21-\x7e]+$/, 'scenario.badText'),
);

/** Typed bytes as code points; control characters are what typing is about. */
export const TYPED: Shape<string> = v.pipe(
  v.string(),
  v.maxLength(LIMITS.typedLength),
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of bytes, from its first.
  v.regex(/^[\x00-\xff]*$/, 'scenario.badTyping'),
);

/** A list is an object too; where all keys may be absent it must be refused by itself. */
export const KEYED: Shape<Record<string, unknown>> = v.custom<Record<string, unknown>>(isPlainObject);

/** Name of a layer of disks. */
export const LAYER: Shape<string> = v.pipe(v.string(), v.regex(LAYER_NAME, 'scenario.badLayer'));

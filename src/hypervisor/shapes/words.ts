/**
 * Arguments as words of a command line: what a shape takes, in a word, and the data that a word means. Whether it is right is
 * found out by the shape itself.
 */
import type * as v from 'valibot';
import type { Shape } from './parse.ts';

/** A shape as valibot keeps it, as far as it matters here. */
interface Inside {
  readonly type: string;
  readonly wrapped?: v.GenericSchema;
  readonly pipe?: readonly v.GenericSchema[];
  readonly options?: readonly (string | v.GenericSchema)[];
  readonly item?: v.GenericSchema;
  readonly entries?: Readonly<Record<string, v.GenericSchema>>;
  /** Of a shape that depends on what is given. */
  readonly getter?: (input: unknown) => v.GenericSchema;
}

function inside(shape: v.GenericSchema): Inside {
  return shape as unknown as Inside;
}

/** The shapes of an object's keys. */
export function entriesOf(shape: v.GenericSchema): Readonly<Record<string, Shape<unknown>>> {
  const { entries, getter } = inside(shape);
  return entries ?? (getter === undefined ? {} : entriesOf(getter(undefined)));
}

/** True for an argument that may be left out. */
export function isOptional(shape: v.GenericSchema): boolean {
  return inside(shape).type === 'exact_optional';
}

/** What a shape takes: `number`, `text`, `a|b`, `text,…`, `json`. */
export function wordFor(shape: v.GenericSchema): string {
  const { type, wrapped, pipe, options, item, getter } = inside(shape);
  if (wrapped !== undefined) return wordFor(wrapped);
  if (getter !== undefined) return wordFor(getter(undefined));
  if (type === 'array') {
    const word = wordFor(lastItem(pipe) ?? item ?? shape);
    return word === 'json' ? word : `${word},…`;
  }
  if (options !== undefined) {
    const words = options.map((option) => (typeof option === 'string' ? option : wordFor(option)));
    return words.includes('json') ? 'json' : words.join('|');
  }
  return PLAIN[type] ?? 'json';
}

/** Types that a word can mean by itself; all else is written as JSON. */
const PLAIN: Readonly<Record<string, string>> = {
  ...{ string: 'text', literal: 'text', number: 'number', boolean: 'true|false' },
};

/** A pipe begins with the length of a list, and ends with the shape of its items. */
function lastItem(pipe: readonly v.GenericSchema[] | undefined): v.GenericSchema | undefined {
  const last = pipe?.at(-1);
  return last === undefined ? undefined : inside(last).item;
}

/** The data that a word means. */
export function dataOf(shape: Shape<unknown>, word: string): unknown {
  const kind = wordFor(shape);
  if (word === 'null' && isNullable(shape)) return null;
  if (kind.endsWith(',…')) return word.split(',');
  if (kind === 'true|false' && (word === 'true' || word === 'false')) return word === 'true';
  if (kind === 'json') return jsonOf(word);
  return /(?:^|\|)number(?:$|\|)/.test(kind) && /^-?\d+(?:\.\d+)?$/.test(word) ? Number(word) : word;
}

/** True where nothing may be said by `null`. */
function isNullable(shape: v.GenericSchema): boolean {
  const { type, wrapped } = inside(shape);
  return type === 'nullable' || (wrapped !== undefined && isNullable(wrapped));
}

/** What is no JSON stays a text, which no shape of an object takes. */
function jsonOf(word: string): unknown {
  try {
    return JSON.parse(word);
  } catch {
    return word;
  }
}

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
}

function inside(shape: v.GenericSchema): Inside {
  return shape as unknown as Inside;
}

/** The shapes of an object's keys. */
export function entriesOf(shape: v.GenericSchema): Readonly<Record<string, Shape<unknown>>> {
  return inside(shape).entries ?? {};
}

/** True for an argument that may be left out. */
export function isOptional(shape: v.GenericSchema): boolean {
  return inside(shape).type === 'exact_optional';
}

/** What a shape takes: `number`, `text`, `a|b`, `text,…`. */
export function wordFor(shape: v.GenericSchema): string {
  const { type, wrapped, pipe, options, item } = inside(shape);
  if (wrapped !== undefined) return wordFor(wrapped);
  if (type === 'array') return `${wordFor(lastItem(pipe) ?? item ?? shape)},…`;
  if (options !== undefined)
    return options.map((option) => (typeof option === 'string' ? option : wordFor(option))).join('|');
  if (type === 'strict_object') return 'json';
  return type === 'string' ? 'text' : type === 'boolean' ? 'true|false' : type;
}

/** A pipe begins with the length of a list, and ends with the shape of its items. */
function lastItem(pipe: readonly v.GenericSchema[] | undefined): v.GenericSchema | undefined {
  const last = pipe?.at(-1);
  return last === undefined ? undefined : inside(last).item;
}

/** The data that a word means. */
export function dataOf(shape: Shape<unknown>, word: string): unknown {
  const kind = wordFor(shape);
  if (kind.endsWith(',…')) return word.split(',');
  if (kind === 'true|false' && (word === 'true' || word === 'false')) return word === 'true';
  if (kind === 'json') return jsonOf(word);
  return /(?:^|\|)number(?:$|\|)/.test(kind) && /^-?\d+(?:\.\d+)?$/.test(word) ? Number(word) : word;
}

/** What is no JSON stays a text, which no shape of an object takes. */
function jsonOf(word: string): unknown {
  try {
    return JSON.parse(word);
  } catch {
    return word;
  }
}

/**
 * What a part's state consists of, as data: fields by name, each with its type. The bytes carry the names of the fields once, where
 * a declaration first appears, and then values by position; so a reader of another version refuses by name what it does not know,
 * and gives what is missing the value that it had before the field was invented.
 */
import { invariant } from '../result.ts';
import { SnapshotFormatError } from './bytes.ts';
import type { Decoder, Encoder, Type } from './types.ts';
import type { View } from './view.ts';

/** A field that older states lack: the first version that has it, and what it is in those before. */
export interface Added<T> {
  readonly type: Type<T>;
  readonly since: number;
  readonly before: T;
}

/** A field that is not written any more: states before a version have it, and for those who take them up it is optional. */
export interface Gone<T> {
  readonly type: Type<T>;
  readonly until: number;
}

/** The fields of a state; where one may be missing from an object it is written as `undefined`. */
export type Fields<T> = {
  readonly [K in keyof T]-?: Type<T[K]> | Added<T[K]> | Gone<Exclude<T[K], undefined>>;
};

/** The state of one sort of part; itself a type, so that parts hold parts. */
export interface Declaration<T> extends Type<T> {
  /** Names and types as the bytes carry them. */
  readonly table: readonly string[];
}

/** A declaration for who does not know what it declares: nothing can be written by it that it did not read. */
export interface AnyDeclaration {
  readonly name: string;
  readonly table: readonly string[];
  readonly write: (to: Encoder, value: never) => void;
  readonly read: (from: Decoder) => unknown;
  readonly view: (value: never) => View;
}

/** Fields of one declaration, and the bytes of one name and type, that are ever read. */
const MOST_FIELDS = 256;
const LONGEST_FIELD = 256;

/** A field that states before a version lack. */
export function since<T>(version: number, type: Type<T>, before: T): Added<T> {
  return { type, since: version, before };
}

/** A field that states from a version on lack. */
export function until<T>(version: number, type: Type<T>): Gone<T> {
  return { type, until: version };
}

interface Field {
  readonly name: string;
  readonly type: Type<unknown>;
  readonly added?: Added<unknown>;
  readonly gone?: Gone<unknown>;
  /** As the bytes name it. */
  readonly entry: string;
}

function fieldOf(name: string, given: Type<unknown> | Added<unknown> | Gone<unknown>): Field {
  const isType = !('since' in given || 'until' in given);
  const type = isType ? given : given.type;
  const field = { name, type, entry: `${name}: ${type.name}` };
  if (isType) return field;
  return 'since' in given ? { ...field, added: given } : { ...field, gone: given };
}

/** Declares the state of a part: a name that no other part has, and its fields. */
export function declare<T extends object>(name: string, fields: Fields<T>): Declaration<T> {
  const given = fields as Readonly<Record<string, Type<unknown> | Added<unknown> | Gone<unknown>>>;
  const known = Object.entries(given).map(([field, type]) => fieldOf(field, type));
  const written = known.filter(({ gone }) => gone === undefined);
  const table = written.map(({ entry }) => entry);
  const self: Declaration<T> = {
    name,
    table,
    write: (to, value) => {
      nameFields(to, self);
      const values = value as Readonly<Record<string, unknown>>;
      for (const field of written) field.type.write(to, values[field.name]);
    },
    read: (from) => {
      const found = fieldsIn(from, self);
      const values: Record<string, unknown> = {};
      let present = 0;
      for (const entry of found) {
        const field = known.find((each) => each.entry === entry);
        if (field === undefined || from.version >= (field.gone?.until ?? Number.POSITIVE_INFINITY))
          throw new SnapshotFormatError(unknownField(name, written, entry));
        from.path.push(field.name);
        const value = field.type.read(from);
        from.path.pop();
        // As an object without the key, for optional keys.
        if (value !== undefined) values[field.name] = value;
        if (field.gone === undefined) present++;
      }
      if (present < written.length)
        for (const field of written)
          if (!found.includes(field.entry)) values[field.name] = valueBefore(from.version, name, field);
      return values as T;
    },
    view: (value): View => ({
      kind: 'record',
      fields: () => {
        const values = value as Readonly<Record<string, unknown>>;
        return written.map((field) => [field.name, field.type.view(values[field.name])] as const);
      },
    }),
  };
  return self;
}

/** Writes the fields' names where a declaration first appears. */
function nameFields<T>(to: Encoder, { name, table }: Declaration<T>): void {
  const named = to.named.get(name);
  if (named !== undefined) {
    invariant(named === table || named.join() === table.join(), `two declarations are called ${name}`);
    return;
  }
  to.named.set(name, table);
  to.bytes.text(name);
  to.bytes.u32(table.length);
  for (const entry of table) to.bytes.text(entry);
}

/** The fields that these bytes have of a declaration, in their order. */
function fieldsIn<T>(from: Decoder, { name }: Declaration<T>): readonly string[] {
  const known = from.named.get(name);
  if (known !== undefined) return known;
  const { bytes } = from;
  const found = bytes.text(LONGEST_FIELD);
  if (found !== name) throw new SnapshotFormatError(`${JSON.stringify(found)} where ${name} belongs`);
  const entries: string[] = [];
  const count = bytes.count({ least: 0, most: MOST_FIELDS });
  for (let at = 0; at < count; at++) entries.push(bytes.text(LONGEST_FIELD));
  if (new Set(entries).size < count) throw new SnapshotFormatError(`a field of ${name} stands twice`);
  from.named.set(name, entries);
  return entries;
}

function unknownField(name: string, written: readonly Field[], entry: string): string {
  const [field = '', type = ''] = entry.split(': ');
  const namesake = written.find((other) => other.name === field);
  const shown = JSON.stringify(field);
  return namesake === undefined
    ? `${name} has no field ${shown}`
    : `field ${shown} of ${name} is ${JSON.stringify(type)}, not ${namesake.type.name}`;
}

function valueBefore(version: number, name: string, { name: field, added }: Field): unknown {
  if (added === undefined || version >= added.since)
    throw new SnapshotFormatError(`field ${field} of ${name} is missing`);
  return added.before;
}

/**
 * The elementary types that fields of a state may have. A type is one writer, one reader and one view of its values; every length
 * has a limit, checked before anything is allocated.
 */
import { type Length, SnapshotFormatError, type StateReader, type StateWriter } from './bytes.ts';
import type { AnyDeclaration } from './declare.ts';
import { byPosition, leaf, type View } from './view.ts';

/** Where a value is written: the bytes, and the names of the declarations that have named their fields already. */
export interface Encoder {
  readonly bytes: StateWriter;
  readonly named: Map<string, readonly string[]>;
  /** Collects pages and other large pieces, instead of the bytes; see {@link piece}. */
  readonly apart?: Uint8Array[];
}

/** Where a value is read. */
export interface Decoder {
  readonly bytes: StateReader;
  /** Version of the state that wrote the bytes. */
  readonly version: number;
  /** By name of declaration, the fields that these bytes have, in their order. */
  readonly named: Map<string, readonly string[]>;
  /** Declarations of parts that are known by kind only; see part.ts. */
  readonly parts: readonly AnyDeclaration[];
  /** Pieces that lie apart from the bytes, in their order. */
  readonly apart?: readonly Uint8Array[];
  /** Where the reader stands, for whoever must be told what is wrong. */
  readonly path: string[];
}

/** A type of fields. Functions, not methods: a type of more fields is no type of fewer. */
export interface Type<T> {
  /** Its name in the table of fields; a field of the same name and another type is another field. */
  readonly name: string;
  readonly write: (to: Encoder, value: T) => void;
  readonly read: (from: Decoder) => T;
  readonly view: (value: T) => View;
}

/** Exactly so many. */
export function exactly(count: number): Length {
  return { least: count, most: count };
}
/** So many or fewer. */
export function upTo(most: number): Length {
  return { least: 0, most };
}

export const u8: Type<number> = {
  name: 'u8',
  write: (to, value) => to.bytes.u8(value),
  read: (from) => from.bytes.u8(),
  view: (value) => leaf(`${value}`),
};

/** An unsigned word of 32 bits. */
export const u32: Type<number> = {
  name: 'u32',
  write: (to, value) => to.bytes.u32(value),
  read: (from) => from.bytes.u32(),
  view: (value) => leaf(value < 10 ? `${value}` : `${value} (0x${value.toString(16)})`),
};

/** Any integer of magnitude below 2^53: times, byte counts, addresses. */
export const integer: Type<number> = {
  name: 'integer',
  write: (to, value) => to.bytes.integer(value),
  read: (from) => from.bytes.integer(),
  view: (value) => leaf(`${value}`),
};

export const bool: Type<boolean> = {
  name: 'bool',
  write: (to, value) => to.bytes.bool(value),
  read: (from) => from.bytes.bool(),
  view: (value) => leaf(value ? 'yes' : 'no'),
};

/** A text of at most so many bytes of UTF-8. */
export function text(most: number): Type<string> {
  return {
    name: 'text',
    write: (to, value) => to.bytes.text(value),
    read: (from) => from.bytes.text(most),
    view: (value) => leaf(JSON.stringify(value)),
  };
}

export function bytes(length: Length): Type<Uint8Array> {
  return {
    name: 'bytes',
    write: (to, value) => to.bytes.bytes(value),
    read: (from) => from.bytes.bytes(length),
    view: (value) => ({ kind: 'bytes', bytes: value }),
  };
}

/**
 * Bytes that are large, and most often the same as before: a page, a part of a disk. Who keeps many states of one thing has them
 * apart from the rest, so that it looks only at those and keeps each content once.
 */
export function piece(length: Length): Type<Uint8Array> {
  const inline = bytes(length);
  return {
    ...inline,
    write: (to, value) => {
      if (to.apart === undefined) inline.write(to, value);
      else to.bytes.u32(to.apart.push(value) - 1);
    },
    read: (from) => {
      if (from.apart === undefined) return inline.read(from);
      const found = from.apart[from.bytes.u32()];
      if (found === undefined || found.length < length.least || found.length > length.most)
        throw new SnapshotFormatError('a piece that is not there, or of another size');
      return found;
    },
  };
}

/** Words of 32 bits; `nameOf` says what each is, where they are not alike. */
export function words(length: Length, nameOf: (at: number) => string = byPosition): Type<Uint32Array> {
  return {
    name: 'words',
    write: (to, value) => to.bytes.words(value),
    read: (from) => from.bytes.words(length),
    view: (values) => numbersView(values, nameOf),
  };
}

/** Integers of magnitude below 2^53. */
export function integers(length: Length, nameOf: (at: number) => string = byPosition): Type<Float64Array> {
  return {
    name: 'integers',
    write: (to, value) => to.bytes.integers(value),
    read: (from) => from.bytes.integers(length),
    view: (values) => numbersView(values, nameOf),
  };
}

/** A register of 64 bits as its low and high half. */
export const long: Type<Uint32Array> = {
  name: 'long',
  write: (to, value) => to.bytes.words(value),
  read: (from) => from.bytes.words(exactly(2)),
  view: (value) => leaf(`0x${digits(value, 1)}${digits(value, 0)}`),
};

/** Registers of 64 bits as pairs of words, the low half first. */
export function longs(count: number, nameOf: (at: number) => string = byPosition): Type<Uint32Array> {
  return {
    name: 'longs',
    write: (to, value) => to.bytes.words(value),
    read: (from) => from.bytes.words(exactly(2 * count)),
    view: (values) => ({
      ...{ kind: 'list', length: count, nameOf },
      at: (index) => long.view(values.subarray(2 * index, 2 * index + 2)),
    }),
  };
}

function digits(values: Uint32Array, at: number): string {
  return (values[at] ?? 0).toString(16).padStart(8, '0');
}

function numbersView(values: ArrayLike<number>, nameOf: (at: number) => string): View {
  return { kind: 'list', length: values.length, nameOf, at: (index) => leaf(`${values[index]}`) };
}

/** One of a few words. */
export function oneOf<const W extends string>(...choices: readonly W[]): Type<W> {
  const longest = Math.max(...choices.map((choice) => choice.length));
  return {
    name: 'one of',
    write: (to, value) => to.bytes.text(value),
    read: (from) => {
      const read = from.bytes.text(longest);
      const found = choices.find((choice) => choice === read);
      if (found === undefined) throw new SnapshotFormatError(`${JSON.stringify(read)} is none of its words`);
      return found;
    },
    view: (value) => leaf(value),
  };
}

/** A value or nothing. */
export function optional<T>(type: Type<T>): Type<T | undefined> {
  return {
    name: `optional ${type.name}`,
    write: (to, value) => {
      to.bytes.bool(value !== undefined);
      if (value !== undefined) type.write(to, value);
    },
    read: (from) => (from.bytes.bool() ? type.read(from) : undefined),
    view: (value) => (value === undefined ? leaf('none') : type.view(value)),
  };
}

/** Values of one type. */
export function list<T>(type: Type<T>, length: Length): Type<readonly T[]> {
  return {
    name: `list of ${type.name}`,
    write: (to, values) => {
      to.bytes.u32(values.length);
      for (const value of values) type.write(to, value);
    },
    read: (from) => {
      const values: T[] = [];
      const count = from.bytes.count(length);
      from.path.push('');
      for (let at = 0; at < count; at++) {
        from.path[from.path.length - 1] = `[${at}]`;
        values.push(type.read(from));
      }
      from.path.pop();
      return values;
    },
    view: (values) => ({
      ...{ kind: 'list', length: values.length, nameOf: byPosition },
      at: (index) => type.view(values[index] as T),
    }),
  };
}

/** A type whose values are written as those of another; `from` checks, and throws what is wrong. */
export function written<T, As>(as: Type<As>, to: (value: T) => As, from: (written: As) => T): Type<T> {
  return {
    name: as.name,
    write: (encoder, value) => as.write(encoder, to(value)),
    read: (decoder) => from(as.read(decoder)),
    view: (value) => as.view(to(value)),
  };
}

/** A number that need not be whole, with all its bits: as the shortest text that gives it back. */
export const real: Type<number> = written(text(32), String, (source) => {
  const value = Number(source);
  if (!Number.isFinite(value)) throw new SnapshotFormatError('a number that is none');
  return value;
});

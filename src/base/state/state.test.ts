/** States of any declaration: whole round trips, damage, and what happens when a program meets the state of another version. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SnapshotFormatError, StateWriter } from './bytes.ts';
import { decode, encode, encodeApart, STATE_VERSION } from './codec.ts';
import { type Declaration, declare, since, until } from './declare.ts';
import { type PartState, part, partState, stateIn } from './part.ts';
import {
  bool,
  bytes,
  exactly,
  integer,
  integers,
  list,
  oneOf,
  optional,
  piece,
  type Type,
  text,
  u8,
  u32,
  upTo,
  words,
} from './types.ts';

/** A type with any of its values. */
interface Sample {
  readonly type: Type<unknown>;
  readonly value: unknown;
}

function sample<T>(type: Type<T>, values: fc.Arbitrary<T>): fc.Arbitrary<Sample> {
  return values.map((value) => ({ type: type as unknown as Type<unknown>, value }));
}

const anyWord = fc.nat(0xffff_ffff);
const anyInteger = fc.maxSafeInteger();
const elementary: fc.Arbitrary<Sample> = fc.oneof(
  sample(u8, fc.nat(255)),
  sample(bool, fc.boolean()),
  sample(u32, anyWord),
  sample(integer, anyInteger),
  sample(text(400), fc.string({ unit: 'grapheme', maxLength: 20 })),
  sample(bytes(upTo(300)), fc.uint8Array({ maxLength: 300 })),
  sample(words(exactly(6)), fc.uint32Array({ minLength: 6, maxLength: 6 })),
  sample(
    integers(upTo(9)),
    fc.array(anyInteger, { maxLength: 9 }).map((values) => Float64Array.from(values)),
  ),
  sample(oneOf('red', 'green'), fc.constantFrom('red', 'green')),
  sample(list(u32, upTo(9)), fc.array(anyWord, { maxLength: 9 })),
);

let declared = 0;

/** Fields of any types. */
function declarationOf(fields: fc.Arbitrary<Sample>): fc.Arbitrary<Sample> {
  const names = fc.constantFrom('size', 'ready', 'a', 'b', 'c', 'd');
  return fc
    .uniqueArray(fc.tuple(names, fields), { selector: ([name]) => name, maxLength: 5 })
    .map((entries) => ({
      type: declare(
        `part ${declared++}`,
        Object.fromEntries(entries.map(([name, { type }]) => [name, type])),
      ) as unknown as Type<unknown>,
      value: Object.fromEntries(entries.map(([name, { value }]) => [name, value])),
    }));
}

const { any } = fc.letrec<{ any: Sample }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    elementary,
    declarationOf(tie('any')),
    tie('any').map(({ type, value }) => ({
      type: list(type, upTo(3)) as unknown as Type<unknown>,
      value: [value, value],
    })),
    tie('any').map(({ type, value }) => ({ type: optional(type), value })),
    tie('any').map(({ type }) => ({ type: optional(type), value: undefined })),
  ),
}));
const anyState = declarationOf(any).map(({ type, value }) => ({
  declaration: type as unknown as Declaration<object>,
  value: value as object,
}));

test('property: any state of any declaration comes back whole, and the same state is the same bytes', () => {
  fc.assert(
    fc.property(anyState, ({ declaration, value }) => {
      const written = encode(declaration, value).slice();
      const read = decode(declaration, written);
      // What is nothing is left out.
      expect(read).toEqual(value);
      expect(encode(declaration, read)).toEqual(written);
    }),
    { numRuns: 300 },
  );
});

test('property: a state cut anywhere is refused, never read as another', () => {
  fc.assert(
    fc.property(anyState, fc.nat(), ({ declaration, value }, place) => {
      const written = encode(declaration, value);
      expect(() => decode(declaration, written.slice(0, place % written.length))).toThrow(
        SnapshotFormatError,
      );
    }),
  );
});

test('property: damaged bytes end in a state or in a format error', () => {
  fc.assert(
    fc.property(anyState, fc.nat(), fc.nat(255), ({ declaration, value }, place, byte) => {
      const damaged = encode(declaration, value).slice();
      damaged[place % damaged.length] = byte;
      try {
        encode(declaration, decode(declaration, damaged));
      } catch (error) {
        expect(error).toBeInstanceOf(SnapshotFormatError);
      }
    }),
    { numRuns: 1000 },
  );
});

describe('a state of another version:', () => {
  interface Then {
    readonly size: number;
  }
  interface Now extends Then {
    readonly colour: string;
  }
  const THEN: Declaration<Then> = declare('ring', { size: u32 });
  const NOW: Declaration<Now> = declare('ring', {
    colour: since(STATE_VERSION + 1, text(20), 'grey'),
    size: u32,
  });

  test('a field that it lacks is as it was before the field was invented', () => {
    const old = encode(THEN, { size: 3 });
    expect(decode(NOW, old, { version: STATE_VERSION })).toEqual({ size: 3, colour: 'grey' });
  });

  test('a field that it lacks although its version has it is damage', () => {
    const damaged = encode(THEN, { size: 3 });
    expect(() => decode(NOW, damaged, { version: STATE_VERSION + 1 })).toThrow(
      'field colour of ring is missing',
    );
  });

  test('a field that is not known any more is refused by name', () => {
    const newer = encode(NOW, { size: 3, colour: 'red' });
    expect(() => decode(THEN, newer)).toThrow('ring has no field "colour"');
  });

  test('a field that is gone is read from the versions that had it, and written no more', () => {
    const after = declare<Then & { readonly colour?: string }>('ring', {
      size: u32,
      colour: until(STATE_VERSION, text(20)),
    });
    const older = encode(declare<Now>('ring', { colour: text(20), size: u32 }), { size: 3, colour: 'red' });
    expect(decode(after, older, { version: STATE_VERSION - 1 })).toEqual({ size: 3, colour: 'red' });
    expect(() => decode(after, older)).toThrow('ring has no field "colour"');
    const now = encode(after, { size: 3, colour: 'red' });
    expect(now).toEqual(encode(THEN, { size: 3 }));
    expect(decode(after, now)).toEqual({ size: 3 });
  });

  test('a field of another type is refused by name', () => {
    const other = encode(declare<{ size: string }>('ring', { size: text(9) }), { size: 'XL' });
    expect(() => decode(THEN, other)).toThrow('field "size" of ring is "text", not u32');
  });

  test('fields in another order are found by their names', () => {
    const a = declare<{ x: number; y: string }>('point', { x: u32, y: text(9) });
    const b = declare<{ x: number; y: string }>('point', { y: text(9), x: u32 });
    expect(decode(b, encode(a, { x: 1, y: 'north' }))).toEqual({ x: 1, y: 'north' });
  });

  test('the names of fields stand in the bytes once, however often there is such a part', () => {
    const many = declare<{ rings: readonly Now[] }>('rings', { rings: list(NOW, upTo(100)) });
    const rings = Array.from({ length: 100 }, (_, size) => ({ size, colour: 'red' }));
    const found = Buffer.from(encode(many, { rings })).toString('latin1').split('colour').length - 1;
    expect(found).toBe(1);
  });
});

describe('refused before anything is made of it:', () => {
  const four = declare<{ inner: { four: Uint8Array } }>('outer', {
    inner: declare<{ four: Uint8Array }>('inner', { four: bytes(exactly(4)) }),
  });

  test('a length over its limit, with the path to it', () => {
    const other = declare<{ inner: { four: Uint8Array } }>('outer', {
      inner: declare<{ four: Uint8Array }>('inner', { four: bytes(upTo(99)) }),
    });
    const longer = encode(other, { inner: { four: new Uint8Array(5) } });
    expect(() => decode(four, longer)).toThrow('inner.four: 5 elements where 4 belong');
  });

  test('a list of more elements than there are bytes', () => {
    const numbers = declare<{ of: readonly number[] }>('numbers', { of: list(u32, upTo(2 ** 32)) });
    const written = encode(numbers, { of: [] }).slice();
    written.fill(0xff, written.length - 4);
    expect(() => decode(numbers, written)).toThrow('of[0]: the bytes end');
  });

  test('an integer field that holds none', () => {
    const one = declare<{ n: number }>('one', { n: integer });
    for (const value of [0.5, Number.NaN, 2 ** 60])
      expect(() => decode(one, encode(one, { n: value }))).toThrow('n: an integer field holds no integer');
  });
});

describe('a part that its holder knows by kind', () => {
  const CAT = declare<{ lives: number }>('cat', { lives: u8 });
  const DOG = declare<{ name: string }>('dog', { name: text(9) });
  const PEN = declare<{ pet: PartState }>('pen', { pet: part });
  const written = encode(PEN, { pet: partState(CAT, { lives: 9 }) });

  test('comes back for who knows its declaration', () => {
    const { pet } = decode(PEN, written, { parts: [DOG, CAT] });
    expect(stateIn(CAT, pet)).toEqual({ lives: 9 });
    expect(() => stateIn(DOG, pet)).toThrow('cat where dog belongs');
  });

  test('is refused by name where nobody knows it', () => {
    expect(() => decode(PEN, written, { parts: [DOG] })).toThrow('pet: no part is called "cat"');
  });
});

test('bytes are right however often the buffer grew', () => {
  const large = new StateWriter();
  large.bytes(new Uint8Array(100_000).fill(7));
  expect(large.finish().length).toBe(100_004);
  const small = new StateWriter();
  for (let count = 0; count < 1000; count++) small.u32(count);
  const view = new DataView(small.finish().slice().buffer);
  for (let count = 0; count < 1000; count++) expect(view.getUint32(count * 4, true)).toBe(count);
});

test('a state that begins inside a larger buffer reads the same', () => {
  const one = declare<{ n: number }>('one', { n: integer });
  const written = encode(one, { n: 77 });
  const inside = new Uint8Array(written.length + 10);
  inside.set(written, 5);
  expect(decode(one, inside.subarray(5, 5 + written.length))).toEqual({ n: 77 });
});

test('pieces lie inside of the bytes, or apart from them for who wants that', () => {
  const book = declare<{ title: string; pages: readonly Uint8Array[] }>('book', {
    title: text(9),
    pages: list(piece(exactly(4)), upTo(9)),
  });
  const whole = { title: 'b', pages: [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(5, 6, 7, 8)] };
  expect(decode(book, encode(book, whole))).toEqual(whole);
  const { state, pieces } = encodeApart(book, whole);
  expect(pieces).toEqual(whole.pages);
  expect(pieces[0]).toBe(whole.pages[0]);
  expect(decode(book, state, { apart: pieces })).toEqual(whole);
  const wrong = 'a piece that is not there, or of another size';
  expect(() => decode(book, state, { apart: pieces.slice(1) })).toThrow(wrong);
  expect(() => decode(book, state, { apart: pieces.map((page) => page.subarray(1)) })).toThrow(wrong);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SnapshotFormatError, StateReader, StateWriter } from './state-codec.ts';

/** One field: how it is written and read, and any value of it. */
interface Field {
  readonly write: (w: StateWriter) => void;
  readonly read: (r: StateReader) => unknown;
  readonly value: unknown;
}

function field<T>(
  values: fc.Arbitrary<T>,
  write: (w: StateWriter, value: T) => void,
  read: (r: StateReader) => unknown,
): fc.Arbitrary<Field> {
  return values.map((value) => ({ value, read, write: (w) => write(w, value) }));
}

const word = fc.nat(0xffff_ffff);
const safeInteger = fc.maxSafeInteger().map((value) => value + 0);

const anyField: fc.Arbitrary<Field> = fc.oneof(
  field(
    fc.nat(255),
    (w, value) => w.u8(value),
    (r) => r.u8(),
  ),
  field(
    fc.boolean(),
    (w, value) => w.bool(value),
    (r) => r.bool(),
  ),
  field(
    word,
    (w, value) => w.u32(value),
    (r) => r.u32(),
  ),
  field(
    safeInteger,
    (w, value) => w.integer(value),
    (r) => r.integer(),
  ),
  field(
    fc.string({ unit: 'grapheme' }),
    (w, value) => w.string(value),
    (r) => r.string(),
  ),
  field(
    fc.uint8Array({ maxLength: 300 }),
    (w, value) => w.bytes(value),
    (r) => r.bytes(),
  ),
  field(
    fc.array(word),
    (w, value) => w.list(value, (item) => w.u32(item)),
    (r) => r.list(() => r.u32()),
  ),
  field(
    fc.constant(undefined),
    (w) => w.section('part'),
    (r) => r.section('part'),
  ),
);
const fields = fc.array(anyField, { minLength: 1, maxLength: 20 });

function writtenBy(list: readonly Field[]): Uint8Array {
  const writer = new StateWriter();
  for (const { write } of list) write(writer);
  return writer.finish();
}

test('fields come back in order, and nothing is left', () => {
  fc.assert(
    fc.property(fields, (list) => {
      const reader = new StateReader(writtenBy(list));
      for (const { read, value } of list) expect(read(reader)).toEqual(value);
      expect(reader.atEnd()).toBe(true);
    }),
  );
});

test('a snapshot cut anywhere is refused, never read as something else', () => {
  fc.assert(
    fc.property(fields, fc.nat(), (list, place) => {
      const bytes = writtenBy(list);
      const reader = new StateReader(bytes.slice(0, place % bytes.length));
      expect(() => {
        for (const { read } of list) read(reader);
      }).toThrow(SnapshotFormatError);
    }),
  );
});

test('damaged bytes end in a value or in a format error, whatever they are', () => {
  fc.assert(
    fc.property(fields, fc.uint8Array({ maxLength: 200 }), (list, bytes) => {
      const reader = new StateReader(bytes);
      try {
        for (const { read } of list) read(reader);
      } catch (error) {
        expect(error).toBeInstanceOf(SnapshotFormatError);
      }
    }),
    { numRuns: 1000 },
  );
});

test('bytes are right however often the buffer grew', () => {
  const large = new StateWriter();
  large.bytes(new Uint8Array(100_000).fill(7));
  const small = new StateWriter();
  for (let count = 0; count < 1000; count++) small.u32(count);
  expect(large.finish().length).toBe(100_004);
  expect(small.finish().length).toBe(4000);
  const reader = new StateReader(small.finish());
  for (let count = 0; count < 1000; count++) expect(reader.u32()).toBe(count);
});

describe('refused:', () => {
  const bytesOf = (write: (w: StateWriter) => void): StateReader => {
    const writer = new StateWriter();
    write(writer);
    return new StateReader(writer.finish());
  };

  test('a part of another name, said by name', () => {
    const reader = bytesOf((w) => w.section('clock'));
    expect(() => reader.section('plic')).toThrow('expected part plic, found "§clock"');
  });

  test('a list longer than its limit, before anything is made of it', () => {
    const reader = bytesOf((w) => w.u32(0xffff_ffff));
    expect(() => reader.list(() => 0, 1000)).toThrow('limit 1000');
  });

  test('bytes longer than the snapshot', () => {
    const reader = bytesOf((w) => w.u32(0xffff_fff0));
    expect(() => reader.bytes()).toThrow(SnapshotFormatError);
  });

  test('an integer field that holds none', () => {
    for (const value of [0.5, Number.NaN, 2 ** 60])
      expect(() => bytesOf((w) => w.integer(value)).integer()).toThrow(SnapshotFormatError);
  });
});

test('a snapshot that begins inside a larger buffer reads the same', () => {
  const writer = new StateWriter();
  writer.string('abc');
  const bytes = writer.finish();
  const inside = new Uint8Array(bytes.length + 10);
  inside.set(bytes, 5);
  expect(new StateReader(inside.subarray(5, 5 + bytes.length)).string()).toBe('abc');
});

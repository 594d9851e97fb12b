import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toBase64Url } from './base64url.ts';
import { PackedNumbers, packNumbers } from './packed-numbers.ts';

const MOST = 2 ** 52 - 1;
const number: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: 0, max: 9 }),
  fc.integer({ min: 0, max: 100_000 }),
  fc.integer({ min: 0, max: 51 }).map((power) => 2 ** power),
  fc.integer({ min: 0, max: 51 }).map((power) => 2 ** power - 1),
);

function unpack(text: string, count: number): number[] | undefined {
  const reader = new PackedNumbers(text);
  const numbers = Array.from({ length: count }, () => reader.next());
  return reader.isWhole() ? numbers : undefined;
}

test('numbers are what they were', () => {
  fc.assert(
    fc.property(fc.array(number, { maxLength: 50 }), (numbers) => {
      expect(unpack(packNumbers(numbers), numbers.length)).toEqual(numbers);
    }),
    { numRuns: 500 },
  );
});

test('a text has exactly as many numbers as were written', () => {
  fc.assert(
    fc.property(fc.array(number, { minLength: 8, maxLength: 20 }), (numbers) => {
      const text = packNumbers(numbers);
      expect(unpack(text, numbers.length + 8)).toBeUndefined();
      expect(unpack(text, numbers.length - 8)).toBeUndefined();
    }),
  );
});

test('the code is as the drawing says', () => {
  // Order 0: 1 is ⌊1⌋ + 1 = 2, one 0 before 10; 0 is 1 alone; five zeros up to a byte, of which there are none here: 00000 010 1.
  expect(packNumbers([1, 0])).toBe(toBase64Url(Uint8Array.of(0b0000_0010, 0b1000_0000)));
  expect(packNumbers([])).toBe(toBase64Url(Uint8Array.of(0)));
});

test.each([
  ['foreign characters', 'AA=='],
  ['bits that are left over', 'AB'],
  ['nothing', ''],
  ['zeros without end', 'A'.repeat(4000)],
])('a text of %s holds nothing, and ends', (_, text) => {
  expect(unpack(text, 5)).toBeUndefined();
});

test('numbers beyond what is exact are none', () => {
  // Order 31, and 30 zeros before the first one.
  const bytes = Uint8Array.of(0b1111_1000, 0, 0, 0, 0b0000_0011, ...new Array<number>(20).fill(0xff));
  expect(unpack(toBase64Url(bytes), 1)).toBeUndefined();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (any) => {
      const reader = new PackedNumbers(toBase64Url(any));
      for (let read = 0; read < 20; read++) expect(reader.next()).toBeLessThanOrEqual(2 * MOST);
    }),
  );
});

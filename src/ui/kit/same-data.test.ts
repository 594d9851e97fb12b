import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSameData } from './same-data.ts';

test('a copy says the same', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => isSameData(value, structuredClone(value))));
  expect(isSameData(new Float64Array([1, Number.NaN]), new Float64Array([1, Number.NaN]))).toBe(true);
});

test('what differs anywhere does not', () => {
  expect(isSameData({ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] })).toBe(false);
  expect(isSameData({ a: 1 }, { a: 1, b: undefined })).toBe(false);
  expect(isSameData({ a: undefined }, { b: undefined })).toBe(false);
  expect(isSameData([], {})).toBe(false);
  expect(isSameData(new Uint8Array([1]), new Uint8Array([2]))).toBe(false);
  expect(isSameData(null, {})).toBe(false);
});

test('what cannot be looked into is never the same as another', () => {
  expect(isSameData(new Map([[1, 2]]), new Map([[1, 2]]))).toBe(false);
});

import { expect, test } from 'vitest';

test('arrays of whole numbers are equal when their kinds and bytes are, wherever they lie', () => {
  const part = Uint8Array.of(9, 1, 2, 9).subarray(1, 3);
  expect({ part, others: [Uint16Array.of(3)] }).toEqual({
    part: Uint8Array.of(1, 2),
    others: [Uint16Array.of(3)],
  });
  expect(part).toStrictEqual(Uint8Array.of(1, 2));
  expect(part).not.toEqual(Uint8Array.of(1, 3));
  expect(part).not.toEqual(Uint8Array.of(1, 2, 0));
  expect(part).not.toEqual(Int8Array.of(1, 2));
  expect(part).not.toEqual([1, 2]);
});

test('it is asked before the runner, which would compare their properties too', () => {
  expect(Object.assign(Uint8Array.of(1), { name: 'one' })).toEqual(Uint8Array.of(1));
});

test('floats are left to the runner, to which NaN is itself', () => {
  expect(Float64Array.of(Number.NaN, 1)).toEqual(Float64Array.of(Number.NaN, 1));
  expect(Float64Array.of(1)).not.toEqual(Float64Array.of(2));
});

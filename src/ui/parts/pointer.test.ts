import { expect, test } from 'vitest';
import { mayPoint } from './pointer.ts';

test('a value may be an address if its upper bits are all the same, and it is no small number', () => {
  expect(['0x1000', '0x80000000', '0xffffffc080000182', '0xffffffffffffffff'].map(mayPoint)).toEqual(
    new Array(4).fill(true),
  );
  expect(['0x0', '0xfff', '0x2a561a28db567cfc', '0x8000000000000000'].map(mayPoint)).toEqual(
    new Array(4).fill(false),
  );
});

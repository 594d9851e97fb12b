import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressOf, alignUp, PAGE_SHIFT, PAGE_SIZE } from './addresses.ts';

test('the halves of an address make one exact number, up to 2^53 - 1', () => {
  expect(addressOf(0x8000_0000, 0)).toBe(0x8000_0000);
  expect(addressOf(0, 1)).toBe(2 ** 32);
  expect(addressOf(0xffff_ffff, 0x1f_ffff)).toBe(Number.MAX_SAFE_INTEGER);
});

test('a value that a number does not hold exactly is no address', () => {
  expect(addressOf(0, 0x20_0000)).toBeUndefined();
  expect(addressOf(0xffff_ffff, 0xffff_ffff)).toBeUndefined();
});

test('signed halves, as WebAssembly gives them, mean the same as unsigned ones', () => {
  fc.assert(
    fc.property(fc.nat(0xffff_ffff), fc.nat(0xffff_ffff), (lo, hi) => {
      expect(addressOf(lo | 0, hi | 0)).toBe(addressOf(lo, hi));
      const exact = (BigInt(hi) << 32n) | BigInt(lo);
      expect(addressOf(lo, hi)).toBe(exact < 1n << 53n ? Number(exact) : undefined);
    }),
  );
});

test('rounding up to pages', () => {
  expect([0, 1, 4096, 4097].map((value) => alignUp(value, PAGE_SIZE))).toEqual([0, 4096, 4096, 8192]);
  expect(alignUp(2 ** 40 + 1, PAGE_SIZE)).toBe(2 ** 40 + PAGE_SIZE);
  expect(2 ** PAGE_SHIFT).toBe(PAGE_SIZE);
});

import { expect, test } from 'vitest';
import { BEGINNING, pagesBefore, pagesTo } from './frame-pages.ts';

const FIRST = 0x80000;

test('a frame stands on the page that turning from the first frame leads to', () => {
  expect(pagesTo(FIRST + 3, FIRST, false)).toEqual([FIRST]);
  expect(pagesTo(FIRST + 37, FIRST, false)).toEqual([FIRST + 32]);
});

test('among chosen frames it begins the page, and back leads to the beginning', () => {
  const pages = pagesTo(FIRST + 37, FIRST, true);
  expect(pages.at(-1)).toBe(FIRST + 37);
  expect(pagesBefore(pages, FIRST)).toEqual(BEGINNING);
});

test('pages turn back to where they came from, and to the first frame after a jump', () => {
  expect(pagesBefore([0, FIRST + 16, FIRST + 90], FIRST)).toEqual([0, FIRST + 16]);
  expect(pagesBefore([FIRST + 32], FIRST)).toEqual([FIRST + 16]);
  expect(pagesBefore([FIRST], FIRST)).toBeUndefined();
  expect(pagesBefore(BEGINNING, FIRST)).toBeUndefined();
});

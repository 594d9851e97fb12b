import { expect, test } from 'vitest';
import { findAll } from './search.ts';

const LINES = [
  { row: 0, cols: 10, text: 'Hello, hello' },
  { row: 2, cols: 10, text: 'nothing' },
  { row: 3, cols: 10, text: 'hell' },
];

test('finds all places, the last first, whatever the case; a wrapped line goes on in the next row', () => {
  expect(findAll(LINES, 'hell')).toEqual([
    { row: 3, column: 0, length: 4 },
    { row: 0, column: 7, length: 4 },
    { row: 0, column: 0, length: 4 },
  ]);
  expect(findAll(LINES, 'o')).toContainEqual({ row: 1, column: 1, length: 1 });
});

test('no text is found nowhere', () => {
  expect(findAll(LINES, '')).toEqual([]);
  expect(findAll(LINES, 'absent')).toEqual([]);
});

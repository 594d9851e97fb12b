import { expect, test } from 'vitest';
import { coursePath, isThrashing, movesTogether, timeIn } from './reclaim-figures.ts';

const MOMENTS = [
  { at: 100, state: 'high', free: 80 },
  { at: 200, state: 'soft', free: 40 },
  { at: 250, state: 'high', free: 60 },
] as const;

test('a state lasts until the next moment, and the last one until now', () => {
  expect([...timeIn(MOMENTS, 400)]).toEqual([
    ['high', 100 + 150],
    ['soft', 50],
  ]);
  expect(timeIn([], 400).size).toBe(0);
});

test('free frames are drawn as steps, and more than fits at the upper edge', () => {
  expect(coursePath(MOMENTS, { fromNs: 100, toNs: 300, most: 60 })).toBe(
    'M0.0 0.00H500.0V33.33H750.0V0.00H1000.0',
  );
  expect(coursePath([], { fromNs: 0, toNs: 1, most: 1 })).toBe('');
});

test.each([
  ['comes back as fast as it goes', 1e6, 1e6, true],
  ['only goes', 0, 1e6, false],
  ['comes back by and by', 4096, 4096, false],
  ['comes back and nothing goes', 1e6, 0, false],
])('what %s: thrashing is %s', (_, inRate, outRate, expected) => {
  expect(isThrashing(inRate, outRate)).toBe(expected);
});

test('what is taken or given back in the same way within a tenth of a second is one thing to tell', () => {
  const swapped = { from: 'a', way: 'swapped', pages: 16 } as const;
  const takings = [
    { ...swapped, at: 110_000_000 },
    { ...swapped, at: 120_000_000, need: 'b' },
    { ...swapped, at: 130_000_000 },
    { ...swapped, at: 210_000_000 },
  ];
  const back = { to: 'a', way: 'swapped', pages: 8, why: 'spare' } as const;
  const givings = [
    { ...back, at: 140_000_000 },
    { ...back, at: 150_000_000 },
  ];
  const told = movesTogether({ takings, givings });
  expect(told.map(([, { at, kind, why, need, pages }]) => [at, kind, why, need, pages])).toEqual([
    [130_000_000, 'taken', 'host', undefined, 32],
    [120_000_000, 'taken', 'other', 'b', 16],
    [150_000_000, 'given', 'spare', undefined, 16],
    [210_000_000, 'taken', 'host', undefined, 16],
  ]);
  expect(new Set(told.map(([name]) => name)).size).toBe(4);
});

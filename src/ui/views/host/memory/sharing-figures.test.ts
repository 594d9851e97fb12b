import { expect, test } from 'vitest';
import { breaksOf, savedFrames } from './sharing-figures.ts';

test('what was merged is saved as long as it is shared; the rest has been broken', () => {
  const counts = { passes: 3, looked: 900, merged: 100, zeros: 60 };
  expect(savedFrames({ pages: 90, frames: 10, counts })).toBe(80);
  expect(breaksOf({ pages: 90, frames: 10, counts })).toBe(20);
  expect(breaksOf({ pages: 110, frames: 5, counts })).toBe(0);
});

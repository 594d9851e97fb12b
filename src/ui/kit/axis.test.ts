import { expect, test } from 'vitest';
import { axisTicks } from './axis.ts';

test('shares go in round steps', () => {
  expect(axisTicks(1, false)).toEqual([0, 0.5, 1]);
  expect(axisTicks(0.43, false).at(-1)).toBeGreaterThanOrEqual(0.43);
});

test('bytes go in steps that are round when written', () => {
  expect(axisTicks(3.3 * 1024, true)).toEqual([0, 1024, 2048, 3072, 4096]);
  expect(axisTicks(200 * 2 ** 20, true).map((tick) => tick / 2 ** 20)).toEqual([0, 50, 100, 150, 200]);
});

test('the last tick reaches the peak, with few intervals, whatever the size', () => {
  for (let power = -3; power < 12; power++) {
    for (const lead of [1, 1.7, 3.3, 9.9]) {
      for (const binary of [true, false]) {
        const most = lead * 10 ** power;
        const ticks = axisTicks(most, binary);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(most * 0.999999);
        expect(ticks.length).toBeLessThanOrEqual(6);
      }
    }
  }
});

test('nothing measured is an axis all the same', () => {
  expect(axisTicks(0, true)).toEqual([0, 1]);
});

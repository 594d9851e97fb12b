import { expect, test } from 'vitest';
import { axisTicks, secondDigits, timeTicks } from './axis.ts';

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

test('times on an axis are round, inside of the stretch, and no more than there is room for', () => {
  expect(timeTicks(0, 10e9, 5)).toEqual([0, 5e9, 10e9]);
  expect(timeTicks(12.3e9, 72.3e9, 8)).toEqual([20e9, 30e9, 40e9, 50e9, 60e9, 70e9]);
  // Between boundaries of quanta in milliseconds.
  expect(timeTicks(1.2345e9, 1.2445e9, 8)).toEqual([1.236e9, 1.238e9, 1.24e9, 1.242e9, 1.244e9]);
  // From a minute on in steps of a clock.
  expect(timeTicks(0, 600e9, 6)).toEqual([0, 120e9, 240e9, 360e9, 480e9, 600e9]);
  expect(timeTicks(5e9, 5e9, 6)).toEqual([]);
});

test('times that lie in the past of now are numbers without a sign of their own at 0', () => {
  expect(Object.is(timeTicks(-30e9, 0, 4).at(-1), 0)).toBe(true);
});

test('however long a stretch is, its times fit', () => {
  for (const spanS of [0.01, 0.3, 1, 7, 59, 61, 1234, 86_400, 1e6])
    for (const most of [2, 4, 9]) {
      const ticks = timeTicks(3.7e9, (3.7 + spanS) * 1e9, most);
      expect(ticks.length).toBeLessThanOrEqual(most);
      for (const tick of ticks) expect(tick).toBeGreaterThanOrEqual(3.7e9);
    }
});

test('times on an axis are written with as many digits as tell them apart', () => {
  for (const spanS of [0.005, 0.04, 0.15, 0.9, 3, 50, 4000]) {
    const ticks = timeTicks(0.0123e9, (0.0123 + spanS) * 1e9, 12);
    const written = ticks.map((tick) => (tick / 1e9).toFixed(secondDigits(ticks)));
    expect(new Set(written).size).toBe(ticks.length);
  }
  expect([secondDigits([0, 5e9]), secondDigits([1e9]), secondDigits([]), secondDigits([0, 2e6])]).toEqual([
    1, 1, 1, 3,
  ]);
});

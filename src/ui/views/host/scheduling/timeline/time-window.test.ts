import { expect, test } from 'vitest';
import { panned, SPAN_NS, showing, stretchOf, ticksOf, zoomed } from './time-window.ts';

const MS = 1e6;
const NOW = 1000 * MS;

test('a window goes with the time until it is moved, and again when it is moved to the present', () => {
  const following = { spanNs: 100 * MS };
  expect(stretchOf(following, NOW)).toEqual({ fromNs: 900 * MS, toNs: NOW });
  const moved = panned(following, NOW, -0.5);
  expect(stretchOf(moved, NOW + 500 * MS)).toEqual({ fromNs: 850 * MS, toNs: 950 * MS });
  expect(panned(moved, NOW, 2)).toEqual(following);
  expect(stretchOf(panned(following, NOW, -100), NOW)).toEqual({ fromNs: 0, toNs: 100 * MS });
});

test('what is under the pointer stays there when the window is zoomed', () => {
  const window = { spanNs: 100 * MS, endNs: 900 * MS };
  const at = 0.25;
  for (const factor of [0.5, 0.01, 1.5]) {
    const { fromNs, toNs } = stretchOf(zoomed(window, NOW, factor, at), NOW);
    expect(fromNs + at * (toNs - fromNs)).toBeCloseTo(825 * MS, -1);
  }
  expect(zoomed(window, NOW, 1e-9).spanNs).toBe(SPAN_NS.least);
  expect(zoomed({ spanNs: 100 * MS }, NOW, 0.5)).toEqual({ spanNs: 50 * MS });
});

test('an instant that is looked for is brought into the window', () => {
  const window = { spanNs: 10 * MS, endNs: 900 * MS };
  expect(showing(window, NOW, 895 * MS)).toBe(window);
  expect(stretchOf(showing(window, NOW, 500 * MS), NOW)).toEqual({ fromNs: 495 * MS, toNs: 505 * MS });
});

test('ticks are round, few, and have as many digits as tell them apart', () => {
  expect(ticksOf({ fromNs: 900 * MS, toNs: NOW }, 5)).toEqual({
    at: [900, 920, 940, 960, 980, 1000].map((ms) => ms * MS),
    digits: 2,
  });
  expect(ticksOf({ fromNs: 1_000_010, toNs: 1_020_010 }, 4)).toEqual({
    at: [1_005_000, 1_010_000, 1_015_000, 1_020_000],
    digits: 6,
  });
});

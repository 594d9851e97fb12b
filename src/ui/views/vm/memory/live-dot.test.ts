import { expect, test } from 'vitest';
import { isOnPlot } from './live-dot.ts';

test.each([
  ['within the curves', 400, 'aging', true],
  ['a little beyond them', 600, 'aging', true],
  ['far beyond, where the curves would be pressed together', 2622, 'aging', false],
  ['of a host that takes nothing', 400, undefined, false],
])('a VM that has frames %s has a dot: %i by %s, %s', (_, frames, policy, expected) => {
  const live = { frames, faults: 0, ...(policy === undefined ? {} : { policy }) };
  expect(isOnPlot({ frames: [16, 256, 512], live })).toBe(expected);
});

/** The measurement of a million chains for each device, in small: what it counts is what is promised. */
import { expect, test } from 'vitest';
import { tortureChains } from './fixtures/chain-torture.ts';
import { LAYOUTS } from './mock-driver.ts';
import { SAMPLE_DEVICES } from './sample-devices.ts';

const CHAINS = 2000;

const CASES = SAMPLE_DEVICES.flatMap(({ kind }) => LAYOUTS.map((layout) => ({ kind, layout })));

test.each(CASES)('$kind, $layout, takes chains of which half have a field wrong', ({ kind, layout }) => {
  const result = tortureChains(kind, 1, CHAINS, layout);
  expect(result.chains).toBe(CHAINS);
  expect(Math.abs(result.mutated / CHAINS - 0.5)).toBeLessThan(0.05);
  expect(result.completed / CHAINS).toBeGreaterThanOrEqual(0.4);
  expect(result.foreignWrites).toBe(0);
  expect(result.healthy).toEqual({ asked: 2, answered: 2 });
  expect(result.resets).toBeGreaterThan(10);
});

test('the same seed gives the same chains', () => {
  expect(tortureChains('rng', 7, 500)).toEqual(tortureChains('rng', 7, 500));
  expect(tortureChains('rng', 7, 500)).not.toEqual(tortureChains('rng', 8, 500));
});

import { expect, test } from 'vitest';
import type { LabStatus } from '#bridge/protocol/lab-api';
import { isAtWork } from './pace.ts';

const status = (more: Partial<LabStatus> = {}): LabStatus => ({
  speed: { running: true, rate: 1 },
  virtualNs: 1e9,
  ratio: 1,
  instructions: 1e6,
  instructionsPerSecond: 30_000,
  ...more,
});

test('a lab whose guests only keep their clocks going is at rest, although its time passes', () => {
  expect(isAtWork(status(), status({ virtualNs: 2e9 }))).toBe(false);
});

test('a lab whose guests compute is at work, however slowly it is shown', () => {
  expect(isAtWork(status(), status({ instructionsPerSecond: 1e8 }))).toBe(true);
  const slow = { speed: { running: true, rate: 0.01 }, instructionsPerSecond: 1e6 } as const;
  expect(isAtWork(status(slow), status(slow))).toBe(true);
});

test('a change of speed, a step, and time at full speed are seen at once', () => {
  const paused = { speed: { running: false, rate: 1 } } as const;
  expect(isAtWork(status(), status(paused))).toBe(true);
  expect(isAtWork(status(paused), status(paused))).toBe(false);
  expect(isAtWork(status(paused), status({ ...paused, virtualNs: 2e9 }))).toBe(true);
  const fast = { speed: { running: true, rate: 'max' } } as const;
  expect(isAtWork(status(fast), status({ ...fast, virtualNs: 2e9 }))).toBe(true);
});

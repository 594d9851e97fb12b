import { expect, test } from 'vitest';
import { startSeconds, USUAL_START_DATE } from './start-date.ts';

test('a date has one form, and must be one that there is', () => {
  expect(startSeconds(USUAL_START_DATE)).toBe(1_767_225_600);
  expect(startSeconds('1970-01-01T00:00:00Z')).toBe(0);
  expect(startSeconds('2024-02-29T23:59:59Z')).toBe(1_709_251_199);
  for (const bad of [
    ...['', 'now', '2026-01-01', '2026-01-01T00:00:00', '2026-01-01T00:00:00.000Z', '2026-01-01 00:00:00Z'],
    ...['2026-02-30T00:00:00Z', '2026-13-01T00:00:00Z', '1969-12-31T23:59:59Z', '+010000-01-01T00:00:00Z'],
    ...['2026-01-01T24:00:00Z', '2026-01-01T00:00:00+01:00'],
  ])
    expect(startSeconds(bad), bad).toBeUndefined();
});

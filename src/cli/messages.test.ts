import { expect, test } from 'vitest';
import { SCENARIO_ERROR_CODES } from '#lab/error-codes';
import { describe } from './messages.ts';

test('every refusal of a link or scenario has its sentence', () => {
  const speechless = SCENARIO_ERROR_CODES.filter((code) => describe({ code, data: {} }).startsWith(code));
  expect(speechless).toEqual([]);
});

test('a sentence is filled from the data and begins with the place', () => {
  expect(describe({ code: 'scenario.tooLarge', data: { found: 9, limit: 8 }, where: 'hosts[0].harts' })).toBe(
    'hosts[0].harts: 9 is too large; 8 is the most',
  );
});

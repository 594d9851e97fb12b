/** The measurement of a million descriptors, in small: what it counts is what is promised. */
import { expect, test } from 'vitest';
import { CARD_FORMS, tortureCard } from './fixtures/torture.ts';

const COUNT = 4000;

test.each(CARD_FORMS)('%s: a card takes descriptors of which half have a field wrong', (form) => {
  const result = tortureCard(form, 1, COUNT);
  expect(Math.abs(result.mutated / COUNT - 0.5)).toBeLessThan(0.05);
  expect(result.completed / COUNT).toBeGreaterThanOrEqual(0.4);
  expect(result.foreignWrites).toBe(0);
  expect(result.healthy).toEqual({ asked: 8, answered: 8 });
  expect(tortureCard(form, 1, COUNT)).toEqual(result);
});

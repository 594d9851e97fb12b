/** The measurement of a million requests, in small: what it counts is what is promised. */
import { expect, test } from 'vitest';
import { DISK_FORMS, tortureDisk } from './fixtures/torture.ts';

const COUNT = 2000;

test.each(DISK_FORMS)('%s: a disk takes requests of which half have a field wrong', (form) => {
  const result = tortureDisk(form, 1, COUNT);
  expect(Math.abs(result.mutated / COUNT - 0.5)).toBeLessThan(0.05);
  expect(result.completed / COUNT).toBeGreaterThanOrEqual(0.4);
  expect(result.foreignWrites).toBe(0);
  expect(result.healthy).toEqual({ asked: 2, answered: 2 });
  expect(tortureDisk(form, 1, COUNT / 4)).toEqual(tortureDisk(form, 1, COUNT / 4));
});

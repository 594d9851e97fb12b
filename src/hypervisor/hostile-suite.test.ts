/** Guests that attack (R4, R7 of the reliability goals): every technique by itself, and many cases of all of them by chance. */
import { expect, test } from 'vitest';
import { RandomGenerator } from '#machine/random-generator';
import { HostileSuite } from './fixtures/hostile/suite.ts';
import { TECHNIQUES } from './fixtures/hostile/techniques.ts';
import { ENGINE } from './fixtures/test-host.ts';

/** Cases in `npm test`; `measure memory` has all 10,000. */
const CASES = 2000;
const SEED = 2026;

test('there are at least forty techniques, each with a name of its own', () => {
  expect(new Set(TECHNIQUES.map(({ id }) => id)).size).toBe(TECHNIQUES.length);
  expect(TECHNIQUES.length).toBeGreaterThanOrEqual(40);
});

test('each is stopped by the wall that its row names, and counted there', () => {
  const suite = new HostileSuite(ENGINE);
  for (const technique of TECHNIQUES) {
    const { walls, traps, answer, finished, breaches } = suite.attack([technique], new RandomGenerator(7));
    const { id, by, ends } = technique;
    expect([id, breaches]).toEqual([id, []]);
    if (by === 'trap') expect([id, traps]).toEqual([id, 1]);
    else if (by === 'sbi-error') expect([id, answer < 0]).toEqual([id, true]);
    else if (by !== 'ignored') expect([id, by, (walls[by] ?? 0) > 0]).toEqual([id, by, true]);
    expect([id, finished]).toEqual([id, ends !== true]);
  }
});

test(`of ${CASES} cases by chance (seed ${SEED}) none reads or changes a byte of another VM or of the hypervisor`, () => {
  expect(new HostileSuite(ENGINE).run(SEED, CASES)).toEqual([]);
}, 60_000);

test('a suite without walls would see it: a word of the secret in the attacker’s memory is found', () => {
  const suite = new HostileSuite(ENGINE);
  const leak = { id: 'leak', by: 'ignored', code: () => 'li t1, 0x5ec2e75a\nsw t1, 64(s0)' } as const;
  expect(suite.attack([leak], new RandomGenerator(1)).breaches.join()).toContain('the secret is in frame');
});

/** Replacement policies on reference strings whose faults stand in textbooks, and what is true of all of them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stateIn } from '#base/state/part';
import { createKind } from '#machine/kind';
import { AGING, AGING_STATE } from './aging.ts';
import { optimalFaults } from './optimal.ts';
import { POLICIES } from './policies.ts';
import type { AccessBits, ReplacementPolicy } from './policy.ts';
import { faultsOf } from './reference-string.ts';

const create = (kind: string, settings: object = {}, seed = 1): ReplacementPolicy =>
  createKind(POLICIES, { kind, ...settings }, { seed });

/** Faults on pages that are referenced at times 0, 1, 2, …, with a tick at each. */
function faults(kind: string, pages: readonly number[], frames: number, settings: object = {}): number {
  return faultsOf(create(kind, settings), { pages, times: pages.map((_, at) => at) }, frames, 1);
}

/** Silberschatz, Galvin, Gagne, Operating System Concepts, 10.4. */
const SILBERSCHATZ = [7, 0, 1, 2, 0, 3, 0, 4, 2, 3, 0, 3, 2, 1, 2, 0, 1, 7, 0, 1];
/** Belady, Nelson, Shedler 1969: FIFO has more faults with four frames than with three. */
const BELADY = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5];
/** Stallings, Operating Systems, 8.2. */
const STALLINGS = [2, 3, 2, 1, 5, 2, 4, 5, 3, 2, 5, 2];

test('FIFO has the faults of the textbooks, and more of them with more frames', () => {
  expect(faults('fifo', SILBERSCHATZ, 3)).toBe(15);
  expect(faults('fifo', STALLINGS, 3)).toBe(9);
  expect([3, 4].map((frames) => faults('fifo', BELADY, frames))).toEqual([9, 10]);
});

test('the clock has the faults of the textbook', () => {
  expect(faults('clock', STALLINGS, 3)).toBe(8);
});

test('with a tick at each reference, aging is LRU', () => {
  expect(faults('aging', SILBERSCHATZ, 3)).toBe(12);
  expect(faults('aging', STALLINGS, 3)).toBe(7);
  expect([3, 4].map((frames) => faults('aging', BELADY, frames))).toEqual([10, 8]);
});

test('the ages are those of the textbook', () => {
  // Tanenbaum, Modern Operating Systems, 3.4.7: which of six pages were accessed before each of five ticks.
  const accessed = ['101011', '110010', '110101', '100010', '011000'];
  const aging = create('aging');
  for (let page = 0; page < 6; page++) aging.added(page, 0);
  for (const bits of accessed)
    aging.tick({ takeAccessed: (page) => bits[page] === '1', isDirty: () => false, canGo: () => true });
  const { pages, ages } = stateIn(AGING_STATE, aging.capture());
  const byPage = [...pages].map((page, at) => [page, ages[at]!.toString(2).padStart(8, '0')]);
  expect(byPage.sort()).toEqual([
    [0, '01111000'],
    [1, '10110000'],
    [2, '10001000'],
    [3, '00100000'],
    [4, '01011000'],
    [5, '00101000'],
  ]);
  expect(aging.victim(0, { takeAccessed: () => false, isDirty: () => false, canGo: () => true })).toBe(3);
});

test('WSClock takes the first clean page outside of the window, then a written one, then the oldest', () => {
  const accessed = new Set<number>();
  const dirty = new Set<number>();
  const bits: AccessBits = {
    takeAccessed: (page) => accessed.delete(page),
    isDirty: (page) => dirty.has(page),
    canGo: () => true,
  };
  const policy = create('wsclock', { windowNs: 100 });
  for (const page of [0, 1, 2, 3]) policy.added(page, page * 10);
  accessed.add(1);
  dirty.add(0);
  // At 115 only page 0 was seen more than 100 ago, and it was written; nothing else is outside.
  expect(policy.victim(115, bits)).toBe(0);
  // At 125 page 2 is outside and clean; page 1 was seen at 115.
  expect(policy.victim(125, bits)).toBe(2);
  policy.removed(2);
  policy.removed(0);
  // At 126 all are inside: page 3 was seen at 30, page 1 at 115.
  expect(policy.victim(126, bits)).toBe(3);
});

test('the optimal policy has the faults of the textbooks', () => {
  expect(optimalFaults(SILBERSCHATZ, 3)[2]).toBe(9);
  expect(optimalFaults(STALLINGS, 3)[2]).toBe(6);
  expect([...optimalFaults(BELADY, 4)].slice(2)).toEqual([7, 6]);
});

test('a page that must stay is never named, and where all must there is none', () => {
  for (const { id } of POLICIES) {
    const policy = create(id);
    for (const page of [3, 1, 2]) policy.added(page, 0);
    const only = (free: number): AccessBits => ({
      takeAccessed: () => true,
      isDirty: () => true,
      canGo: (page) => page === free,
    });
    const got = [1, 2, 3].map((page) => policy.victim(1, { ...only(page), takeAccessed: () => false }));
    expect([id, ...got]).toEqual([id, 1, 2, 3]);
    expect([id, policy.victim(1, only(9))]).toEqual([id, -1]);
  }
});

test('random is the same with the same seed, and another with another', () => {
  const victims = (seed: number): number[] => {
    const policy = create('random', {}, seed);
    for (let page = 0; page < 100; page++) policy.added(page, 0);
    const bits = { takeAccessed: () => false, isDirty: () => false, canGo: () => true };
    return Array.from({ length: 20 }, () => policy.victim(0, bits));
  };
  expect(victims(5)).toEqual(victims(5));
  expect(victims(5)).not.toEqual(victims(6));
});

/** Belady's rule as it is written: the page that is used again last. */
function beladyFaults(pages: readonly number[], frames: number): number {
  const held = new Set<number>();
  let count = 0;
  for (const [at, page] of pages.entries()) {
    if (held.has(page)) continue;
    count += 1;
    if (held.size >= frames) {
      const nextUse = (each: number): number => {
        const next = pages.indexOf(each, at);
        return next < 0 ? Number.POSITIVE_INFINITY : next;
      };
      held.delete([...held].reduce((a, b) => (nextUse(b) > nextUse(a) ? b : a)));
    }
    held.add(page);
  }
  return count;
}

const STRING = fc.array(fc.nat(9), { minLength: 1, maxLength: 60 });

test('property: one pass tells the optimal faults for every number of frames, and no policy beats them', () => {
  fc.assert(
    fc.property(STRING, fc.nat(100), fc.integer({ min: 1, max: 20 }), (pages, seed, tickNs) => {
      const distinct = new Set(pages).size;
      const optimal = optimalFaults(pages, distinct);
      const string = { pages, times: pages.map((_, at) => at) };
      for (let frames = 1; frames <= distinct; frames++) {
        expect(optimal[frames - 1]).toBe(beladyFaults(pages, frames));
        for (const { id } of POLICIES)
          expect(faultsOf(create(id, {}, seed), string, frames, tickNs)).toBeGreaterThanOrEqual(
            optimal[frames - 1]!,
          );
      }
      expect(optimal[distinct - 1]).toBe(distinct);
    }),
  );
});

test('property: a policy that is restored goes on like the one that was saved', () => {
  fc.assert(
    fc.property(STRING, STRING, (before, after) => {
      for (const { id } of POLICIES) {
        const accessed = new Set<number>();
        const policy = create(id);
        const copy = create(id, {}, 99);
        const bits = (): AccessBits => {
          const own = new Set(accessed);
          return { takeAccessed: (page) => own.delete(page), isDirty: (page) => page > 5, canGo: () => true };
        };
        for (const page of before) {
          if (policy.size >= 4) policy.removed(policy.victim(page, bits()));
          policy.added(page, page);
          accessed.add(page);
        }
        copy.restore(policy.capture());
        for (const page of after) {
          expect([id, copy.tick(bits()), copy.size]).toEqual([id, policy.tick(bits()), policy.size]);
          const victim = policy.victim(page, bits());
          expect([id, copy.victim(page, bits())]).toEqual([id, victim]);
          for (const each of [policy, copy]) {
            each.removed(victim);
            each.added(page, page);
          }
        }
      }
    }),
    { numRuns: 30 },
  );
});

test('every row of the table is one of its own', () => {
  expect(new Set(POLICIES.map(({ id }) => id)).size).toBe(POLICIES.length);
  expect(AGING.settings).toEqual({});
});

/** That what is concluded of known series is what is known of them. */
import { describe, expect, test } from 'vitest';
import { expectedWait, expectedWaiting, measuredWait } from './queueing.ts';
import { levelOf, smoothed } from './smoothing.ts';
import { studentQuantile, trendOf } from './trend.ts';
import { distanceOf, medianOf, UNUSUAL, usualOf } from './unusual.ts';
import { seenWithin, settledIn } from './working-set.ts';

/** Numbers from −1 to 1 that look random, the same each time. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x8000_0000 - 1;
  };
}
/** The same, normally distributed, with a deviation of 1. */
function bell(seed: number): () => number {
  const next = noise(seed);
  return () => Array.from({ length: 12 }, next).reduce((sum, each) => sum + each, 0) / 2;
}

describe('exponential smoothing', () => {
  test('half of a step is followed in one half-life, three quarters in two', () => {
    const step = [0, ...Array.from({ length: 20 }, () => 1)];
    const course = smoothed(step, 10);
    expect(course[0]).toBe(0);
    expect(course[10]).toBeCloseTo(0.5, 12);
    expect(course[20]).toBeCloseTo(0.75, 12);
  });
  test('without a half-life it is the samples themselves, and of nothing nothing is known', () => {
    expect(smoothed([3, 1, 4], 0)).toEqual([3, 1, 4]);
    expect(levelOf([5, 5, 5], 7)).toBe(5);
    expect(levelOf([], 7)).toBeNaN();
  });
});

describe('a trend', () => {
  test('of a line is the line, and sure', () => {
    const trend = trendOf([1, 3, 5, 7, 9, 11])!;
    expect(trend).toMatchObject({ first: 1, last: 11 });
    for (const slope of [trend.slope, trend.least, trend.most]) expect(slope).toBeCloseTo(2, 12);
    expect(trendOf([1, 2, 3])).toBeUndefined();
  });
  test('has the confidence that the formula of textbooks gives, where neighbours are unlike', () => {
    // Residuals −0.2, −0.1, 1, −0.9, 0.2: their squares are 1.9 together, (t − 2)² are 10; three degrees of freedom.
    const trend = trendOf([2, 3, 5, 4, 6])!;
    expect(trend.slope).toBeCloseTo(0.9, 12);
    expect(trend.most - trend.slope).toBeCloseTo(3.1824 * Math.sqrt(1.9 / 3 / 10), 3);
  });
  test('95 of 100 intervals hold the slope, where samples are independent and where they follow one another', () => {
    for (const follows of [0, 0.7]) {
      let held = 0;
      for (let run = 0; run < 400; run++) {
        const next = bell(run * 7919 + 13);
        let drift = 0;
        const values = Array.from({ length: 120 }, (_, t) => {
          drift = follows * drift + next();
          return 0.01 * t + drift;
        });
        const { least, most } = trendOf(values)!;
        if (least <= 0.01 && 0.01 <= most) held += 1;
      }
      expect(held / 400).toBeGreaterThan(0.91);
      expect(held / 400).toBeLessThan(0.99);
    }
  });
  test('the quantiles are those of the tables', () => {
    for (const [degrees, wanted] of [
      [1, 12.706],
      [3, 3.182],
      [5, 2.571],
      [10, 2.228],
      [30, 2.042],
      [1000, 1.962],
    ] as const)
      expect(Math.abs(studentQuantile(degrees) - wanted)).toBeLessThan(0.004);
  });
});

describe('a queue', () => {
  test('M/M/1 waits ρS/(1 − ρ), M/D/1 half of it, and a full server for ever', () => {
    expect(expectedWait(0.5, 10, 1)).toBeCloseTo(10, 12);
    expect(expectedWait(0.9, 10, 1)).toBeCloseTo(90, 9);
    expect(expectedWait(0.9, 10, 0)).toBeCloseTo(45, 9);
    expect(expectedWait(1, 10, 0)).toBe(Number.POSITIVE_INFINITY);
  });
  test('for several servers as many wait as Erlang’s tables say', () => {
    // One server: ρ²/(1 − ρ). Two at load 1.5 (ρ = 0.75): 1.9286. Eight at load 6: 1.071.
    expect(expectedWaiting(0.8, 1)).toBeCloseTo(3.2, 9);
    expect(expectedWaiting(1.5, 2)).toBeCloseTo(1.928_571, 5);
    expect(expectedWaiting(6, 8)).toBeCloseTo(1.0709, 3);
    expect(expectedWaiting(2, 2)).toBe(Number.POSITIVE_INFINITY);
  });
  test('and a simulated one agrees', () => {
    const next = noise(42);
    const exponential = (mean: number) => -mean * Math.log((next() + 1) / 2 + 1e-12);
    let [clock, freeAt, waited] = [0, 0, 0];
    const requests = 200_000;
    for (let n = 0; n < requests; n++) {
      clock += exponential(1 / 0.7);
      const start = Math.max(clock, freeAt);
      waited += start - clock;
      freeAt = start + exponential(1);
    }
    expect(waited / requests).toBeCloseTo(expectedWait(0.7, 1, 1), 0);
    expect(measuredWait(waited / clock, requests / clock)).toBeCloseTo(waited / requests, 9);
  });
});

describe('what is unusual', () => {
  test('is so however high a few others were', () => {
    const values = [10, 11, 9, 10, 12, 10, 9, 11, 5000, 10];
    expect(medianOf(values)).toBe(10);
    const usual = usualOf(values);
    expect(usual.deviation).toBeCloseTo(1.4826, 9);
    expect(distanceOf(20, usual, 0)).toBeGreaterThan(UNUSUAL);
    expect(distanceOf(12, usual, 0)).toBeLessThan(UNUSUAL);
    expect(distanceOf(0, usual, 0)).toBeLessThan(-UNUSUAL);
  });
  test('of normal values three in ten thousand are, and of equal ones each other, as far as it matters', () => {
    const next = bell(7);
    const usual = usualOf(Array.from({ length: 2000 }, next));
    expect(usual.deviation).toBeCloseTo(1, 1);
    expect(usualOf([3, 3, 3, 3, 4]).deviation).toBeCloseTo(0.2507, 3);
    expect(distanceOf(5, usualOf([3, 3, 3]), 0.1)).toBeCloseTo(20, 9);
    expect(distanceOf(3, usualOf([3, 3, 3]), 0)).toBe(0);
  });
});

describe('a working set', () => {
  test('is what was accessed within a span, and settles where it ceases to grow', () => {
    // Of ten pages four are in use all the time, one was seen 5 rounds ago, one 40, two never.
    const last = [100, 100, 99, 98, 95, 60, 10, 1, 0, 0];
    const spans = seenWithin(last, 100);
    expect(spans).toEqual([
      { rounds: 1, pages: 2 },
      { rounds: 4, pages: 4 },
      { rounds: 16, pages: 5 },
      { rounds: 60, pages: 6 },
    ]);
    expect(settledIn(spans, 100)).toEqual({ rounds: 60, pages: 6 });
    const steady = seenWithin(
      [...Array.from({ length: 40 }, () => 99), ...Array.from({ length: 200 }, () => 3)],
      100,
    );
    expect(settledIn(steady, 100)).toEqual({ rounds: 4, pages: 40 });
    // What was not watched for so long is not told.
    expect(settledIn(spans, 5)).toEqual({ rounds: 4, pages: 4 });
    expect(settledIn(spans, 0)).toBeUndefined();
  });
});

import { describe, expect, test } from 'vitest';
import { AskedSamples, smoothedOf, type Wanted } from './asked-samples.ts';

const PERIOD = 1e8;
const WANTED: Wanted = {
  ...{ metric: 'cpu', range: { kind: 'last', seconds: 60 }, statistic: 'average' },
  of: [
    { slot: 0, vm: 'old' },
    { slot: 3, vm: 'new' },
  ],
};
const line = (slot: number, from: number, values: readonly number[]) => ({
  ...{ slot, periodNs: PERIOD, values },
  atNs: values.map((_, n) => (from + n) * PERIOD),
});
const samplesOf = (wanted: Wanted) =>
  new AskedSamples({ wanted, lines: [line(0, 1, [1, 5, 2, 4, 9]), line(3, 3, [7, 8, 6])] });

describe('samples that were asked for', () => {
  test('are all there where the chart has room, and a VM that came later has a gap before', () => {
    const samples = samplesOf(WANTED);
    const at = [1, 2, 3, 4, 5].map((n) => n * PERIOD);
    expect(samples.series(0, 'cpu', 0, 9e9, 300)).toEqual({ atNs: at, values: [1, 5, 2, 4, 9] });
    expect(samples.series(3, 'cpu', 0, 9e9, 300)).toEqual({
      ...{ atNs: at, values: [Number.NaN, Number.NaN, 7, 8, 6] },
    });
    expect(samples.series(0, 'cpu', 2 * PERIOD, 4 * PERIOD, 300).values).toEqual([2, 4]);
    expect(samples.time()).toBe(5);
  });

  test('are taken together by average or maximum; spans stand still, and one that has not ended waits', () => {
    const at = [2 * PERIOD, 4 * PERIOD];
    expect(samplesOf(WANTED).series(0, 'cpu', 0, 9e9, 3)).toEqual({ atNs: at, values: [3, 3] });
    expect(samplesOf({ ...WANTED, statistic: 'maximum' }).series(0, 'cpu', 0, 9e9, 3)).toEqual({
      ...{ atNs: at, values: [5, 4] },
    });
    expect(samplesOf(WANTED).series(3, 'cpu', 0, 9e9, 3).values).toEqual([Number.NaN, 7.5]);
  });

  test('of another metric are none', () => {
    expect(samplesOf(WANTED).series(0, 'memory', 0, 9e9, 300).values).toEqual([]);
  });

  test('have a smoothed course beside them where it was asked for', () => {
    const wanted = { ...WANTED, halfLifeNs: PERIOD };
    const smoothed = { ...line(0, 1, [1, 5, 2]), smoothed: [1, 3, 2.5] };
    const samples = new AskedSamples({ wanted, lines: [smoothed, line(3, 1, [4, 4, 4])] });
    expect(samples.series(0, smoothedOf('cpu'), 0, 9e9, 300).values).toEqual([1, 3, 2.5]);
    expect(samples.series(0, 'cpu', 0, 9e9, 300).values).toEqual([1, 5, 2]);
    expect(samples.series(3, smoothedOf('cpu'), 0, 9e9, 300).values).toEqual([]);
  });
});

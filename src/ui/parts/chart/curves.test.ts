import { describe, expect, test } from 'vitest';
import { METRICS } from '#base/catalogue/metrics';
import { layoutView, ViewReader, ViewWriter } from '#base/views';
import {
  type ChartLine,
  courseOf,
  csvOf,
  curvesOf,
  largest,
  nearestPoint,
  peakOf,
  stacked,
} from './curves.ts';
import { knownStretches } from './paint.ts';

const SAMPLES = 20;
/** When the VM in slot 1 came. */
const CAME = 8;
const CPU = METRICS.findIndex(({ id }) => id === 'cpu');
const GAP = Number.NaN;

/** Slot 0 is always 2; slot 1 comes late, and is 1; both are measured every 100 ms. */
function view(): ViewReader {
  const layout = layoutView(METRICS, 3, 8);
  const writer = new ViewWriter(layout, false);
  const values = (value: number): number[] => METRICS.map((_, column) => (column === CPU ? value : 0));
  for (const slot of [0, 1, 2]) writer.clearSamples(slot);
  for (let sample = 0; sample < SAMPLES; sample++) {
    writer.sample(0, 'fine', sample, values(2));
    if (sample >= CAME) writer.sample(1, 'fine', sample, values(1));
  }
  writer.begin();
  writer.time('fineSamples', SAMPLES);
  writer.end();
  return new ViewReader(layout, writer.buffer);
}

function line(slots: readonly number[], divisor?: number): ChartLine {
  const key = slots.join();
  return {
    key,
    label: key,
    color: '#000',
    slots,
    metric: 'cpu',
    ...(divisor === undefined ? {} : { divisor }),
  };
}

const WHOLE = { fromNs: 0, toNs: SAMPLES * 1e8 };

describe('curves of a stretch', () => {
  test('before a VM was there its curve is a gap, not 0', () => {
    const { atNs, values } = curvesOf(view(), [line([1])], WHOLE, 100);
    expect(atNs).toHaveLength(SAMPLES);
    expect(values[0]?.slice(0, CAME)).toEqual(new Array(CAME).fill(GAP));
    expect(values[0]?.slice(CAME)).toEqual(new Array(SAMPLES - CAME).fill(1));
  });

  test('a sum is that of the VMs that were there', () => {
    const { values } = curvesOf(view(), [line([0, 1]), line([2])], WHOLE, 100);
    expect(values[0]?.[CAME - 1]).toBe(2);
    expect(values[0]?.[CAME]).toBe(3);
    expect(values[1]?.every(Number.isNaN)).toBe(true);
  });

  test('a share is divided by its vCPUs', () => {
    expect(curvesOf(view(), [line([0], 4)], WHOLE, 100).values[0]?.[0]).toBe(0.5);
  });

  test('only the stretch that was asked for, from its first sample to its last', () => {
    const { atNs } = curvesOf(view(), [line([0])], { fromNs: 0.5e9, toNs: 1.2e9 }, 100);
    expect([atNs[0], atNs.at(-1), atNs.length]).toEqual([0.6e9, 1.2e9, 7]);
  });

  test('a mean of points that are partly known is that of the known ones', () => {
    const { values } = curvesOf(view(), [line([1])], WHOLE, 4);
    expect(values[0]?.map((value) => Number.isNaN(value))).toEqual([true, false, false, false]);
    expect(values[0]?.[1]).toBe(1);
  });
});

describe('the largest of many', () => {
  test('are those with the highest mean over the stretch, in the order of all', () => {
    expect(largest(view(), [1, 2, 0], 'cpu', WHOLE, 2)).toEqual([1, 0]);
    expect(largest(view(), [1, 2, 0], 'cpu', WHOLE, 1)).toEqual([0]);
  });

  test('are looked for in the stretch alone: before the second VM came, only the first was there', () => {
    expect(largest(view(), [1, 0, 2], 'cpu', { fromNs: 0, toNs: 0.5e9 }, 1)).toEqual([0]);
  });

  test('are all where there are few', () => {
    expect(largest(view(), [2, 1], 'cpu', WHOLE, 2)).toEqual([2, 1]);
  });
});

describe('what is made of them', () => {
  const curves = {
    atNs: [1, 2, 3],
    values: [
      [1, GAP, 2],
      [10, 20, GAP],
    ],
  };

  test('stacked, a gap adds nothing and stays a gap', () => {
    expect(stacked(curves).values).toEqual([
      [1, GAP, 2],
      [11, 20, GAP],
    ]);
    expect(peakOf(stacked(curves))).toBe(20);
    expect(peakOf({ atNs: [1], values: [[GAP]] })).toBe(0);
  });

  test('a curve is drawn where it is known, in as many pieces as it has', () => {
    expect(knownStretches([GAP, 1, 2, GAP, GAP, 3])).toEqual([
      [1, 3],
      [5, 6],
    ]);
    expect(knownStretches([GAP])).toEqual([]);
  });

  test('its course leaves gaps out', () => {
    expect(courseOf([GAP, 1, 3])).toEqual({ least: 1, mean: 2, most: 3 });
    expect(courseOf([GAP])).toBeUndefined();
  });

  test('the point that is pointed at is the nearest one', () => {
    expect(nearestPoint([10, 20, 30], 24)).toBe(1);
    expect(nearestPoint([10, 20, 30], 99)).toBe(2);
    expect(nearestPoint([], 5)).toBe(-1);
  });

  test('as a table of text, a gap is an empty field, and names are quoted where they must be', () => {
    expect(csvOf(['a', 'b, "c"'], curves)).toBe('virtualNs,a,"b, ""c"""\n1,1,10\n2,,20\n3,2,\n');
  });
});

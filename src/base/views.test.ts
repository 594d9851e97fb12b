import { expect, test } from 'vitest';
import { METRICS, type MetricId } from './catalogue/metrics.ts';
import { frameOwnerByte, frameOwnerOf, layoutView, RESOLUTIONS, ViewReader, ViewWriter } from './views.ts';

/** A value of one metric, the others 0. */
const one = (metric: MetricId, value: number): number[] =>
  METRICS.map(({ id }) => (id === metric ? value : 0));

const layout = layoutView(METRICS, 4, 1024);

test('sections follow each other, eight bytes aligned, without overlap', () => {
  const starts = [layout.times, layout.vmRows, layout.rings, layout.owners, layout.states, layout.bytes];
  expect([...starts].sort((a, b) => a - b)).toEqual(starts);
  for (const start of starts) expect(start % 8).toBe(0);
});

for (const shared of [true, false]) {
  test(`what the writer publishes the reader reads (${shared ? 'shared' : 'unshared'})`, () => {
    const writer = new ViewWriter(layout, shared);
    const reader = new ViewReader(layout, writer.buffer);
    writer.begin();
    writer.time('virtualNs', 5e9);
    writer.now(3, one('memory', 4096));
    writer.end();
    expect(reader.now(3, 'memory')).toBe(0);
    expect(reader.read()).toBe(true);
    expect(reader.time('virtualNs')).toBe(5e9);
    expect(reader.now(3, 'memory')).toBe(4096);
    expect(reader.now(3, 'exits')).toBe(0);
    expect(reader.now(3, 'not-measured-here')).toBe(0);
  });
}

test('while the writer is in the middle, the reader keeps its last copy', () => {
  const writer = new ViewWriter(layout, true);
  const reader = new ViewReader(layout, writer.buffer);
  writer.begin();
  writer.time('virtualNs', 1);
  expect(reader.read()).toBe(false);
  expect(reader.time('virtualNs')).toBe(0);
  writer.end();
  expect(reader.read()).toBe(true);
  expect(reader.time('virtualNs')).toBe(1);
});

test('patches bring an unshared copy to the same content; one that does not fit is ignored', () => {
  const writer = new ViewWriter(layout, false);
  const reader = new ViewReader(layout, writer.buffer.slice(0));
  writer.begin();
  writer.now(0, one('exits', 7));
  writer.owners[5] = frameOwnerByte(2);
  writer.framesChanged();
  writer.end();
  reader.patch(0, writer.copy(0, layout.lockedEnd));
  reader.patch(layout.owners, writer.copy(layout.owners, layout.frames));
  reader.patch(layout.bytes - 1, new Uint8Array(2));
  reader.read();
  expect(reader.now(0, 'exits')).toBe(7);
  expect(frameOwnerOf(reader.owners[5]!)).toBe(2);
  expect(reader.framesGeneration()).toBe(1);
});

/** A run in which the sample number is the value. */
function run(samples: number): ViewReader {
  const writer = new ViewWriter(layout, false);
  for (let sample = 0; sample < samples; sample++) {
    writer.sample(1, 'fine', sample, one('cpu', sample));
    if (sample % 10 === 9) writer.sample(1, 'coarse', (sample - 9) / 10, one('cpu', sample - 4.5));
  }
  writer.begin();
  writer.time('fineSamples', samples);
  writer.time('coarseSamples', Math.floor(samples / 10));
  writer.end();
  return new ViewReader(layout, writer.buffer);
}

test('a short range comes from the fine ring, point by point', () => {
  const { atNs, values } = run(100).series(1, 'cpu', 5e9, 10e9, 300);
  expect(values).toEqual(Array.from({ length: 50 }, (_, index) => 50 + index));
  expect(atNs[0]).toBe(5.1e9);
});

test('a range beyond the fine ring comes from the coarse one', () => {
  const samples = RESOLUTIONS.fine.samples * 2;
  const { values } = run(samples).series(1, 'cpu', 0, samples * 1e8, 300);
  expect(values).toHaveLength(samples / 10);
  expect(values[0]).toBe(4.5);
});

test('more samples than points are averaged in groups that stand still', () => {
  const reader = run(900);
  const { values } = reader.series(1, 'cpu', 0, 90e9, 300);
  expect(values).toHaveLength(300);
  expect(values[0]).toBe(1);
  expect(reader.latest(1, 'cpu')).toBe(899);
});

test('before the first sample there is none', () => {
  const reader = new ViewReader(layout, new ArrayBuffer(layout.bytes));
  expect(reader.latest(0, 'cpu')).toBeUndefined();
  expect(reader.series(0, 'cpu', 0, 1e9, 300)).toEqual({ atNs: [], values: [] });
});

import { beforeAll, expect, test } from 'vitest';
import { requirement } from '../prerequisites.ts';
import { type Coverage, coverage, coverageText } from './compare.ts';
import { BATCH, compareRange } from './compare-range.ts';
import { builtEngine } from './engine.ts';
import { buildRange, type Image } from './harness.ts';
import { runOnMachine } from './run.ts';
import { unnoticed } from './seeded-errors.ts';
import { BLOCK, hashesOf, readVectors } from './vectors.ts';

/** Compared with QEMU; `npm run fuzz` compares as many as one wants. */
const COMPARED = 40_000;
/** Looked at more closely, and recorded. */
const STREAMS = BATCH;
const MIN_OCCURRENCES = 500;
const MIN_LONG_RUNS = 0.95;
/** A failure names its seed; `VIRTLAB_SEED` repeats it, or tries another one. */
const seed = Number(process.env['VIRTLAB_SEED'] ?? readVectors().seed);
const qemu = requirement('qemu');
const engine = builtEngine();
let image: Image;
let ours: Uint8Array;
let covered: Coverage;

beforeAll(() => {
  image = buildRange(seed, 0, STREAMS);
  ours = runOnMachine(engine, image);
  covered = coverage(image, ours);
  console.log(`seed ${seed}: ${coverageText(covered)}`);
});

test.skipIf(qemu.skip)(`${COMPARED} random streams end as under QEMU`, async () => {
  for await (const { differing, reports } of compareRange(engine, qemu.path, seed, 0, COMPARED))
    expect(differing, reports.join('\n\n')).toBe(0);
});

test('nearly all streams run nearly all of their instructions', () => {
  expect(covered.longRuns / covered.streams).toBeGreaterThanOrEqual(MIN_LONG_RUNS);
});

test('every mnemonic occurs often', () => {
  const rare = [...covered.counts].filter(([, count]) => count < MIN_OCCURRENCES);
  expect(rare).toEqual([]);
});

test('an error in any row of the table would be noticed', () => {
  expect(unnoticed(engine, seed).map(({ row, becomes }) => `${row} as ${becomes}`)).toEqual([]);
});

test('streams end as recorded from QEMU', () => {
  const vectors = readVectors();
  const isSame = vectors.seed === image.seed && vectors.streams === STREAMS;
  const recorded = isSame ? image : buildRange(vectors.seed, 0, vectors.streams);
  const hashes = hashesOf(recorded, isSame ? ours : runOnMachine(engine, recorded));
  const wrong = hashes.flatMap((hash, block) => (hash === vectors.hashes[block] ? [] : [block * BLOCK]));
  expect(wrong, `streams of seed ${vectors.seed} from these on`).toEqual([]);
});

/** `npm run fuzz -- [--seed N] [--streams N] [--record]`: streams on QEMU and on our machine until one differs or all are done. */
import { parseArgs } from 'node:util';
import { requirement } from '../prerequisites.ts';
import { coverage, coverageText, differences, report } from './compare.ts';
import { builtEngine } from './engine.ts';
import { buildRange } from './harness.ts';
import { runOnMachine, runOnQemu } from './run.ts';
import { hashesOf, writeVectors } from './vectors.ts';

/** Streams in one image. */
const BATCH = 20_000;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    streams: { type: 'string', default: String(BATCH) },
    record: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const streams = Number(values.streams);
const engine = builtEngine();
const qemu = requirement('qemu').path;
const hashes: string[] = [];
for (let first = 0; first < streams && process.exitCode !== 1; first += BATCH) {
  const image = buildRange(seed, first, Math.min(BATCH, streams - first));
  const ours = runOnMachine(engine, image);
  const theirs = runOnQemu(qemu, image);
  hashes.push(...hashesOf(image, theirs));
  const found = differences(image, ours, theirs);
  console.log(
    `seed ${seed}, streams from ${first}: ${found.length} differ\n${coverageText(coverage(image, ours))}`,
  );
  for (const difference of found.slice(0, 3)) console.log(report(image, difference));
  if (found.length > 0) process.exitCode = 1;
}
if (values.record && process.exitCode !== 1) writeVectors({ seed, streams, hashes });

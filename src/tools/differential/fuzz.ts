/**
 * `npm run fuzz -- [--seed N] [--streams N] [--record]`: streams on QEMU and on our machine until one differs or all are done; then a third as
 * many privileged ones. `--record` writes the hashes of the first kind.
 */
import { parseArgs } from 'node:util';
import { requirement } from '../prerequisites.ts';
import { coverage, coverageText } from './compare.ts';
import { BATCH, compareRange } from './compare-range.ts';
import { builtEngine } from './engine.ts';
import { comparePrivileged } from './privileged/compare.ts';
import { hashesOf, writeVectors } from './vectors.ts';

/** Of so many streams of the first kind one privileged one is run. */
const PER_PRIVILEGED = 3;

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
let done = 0;
for await (const { image, ours, theirs, differing, reports } of compareRange(
  engine,
  qemu,
  seed,
  0,
  streams,
)) {
  hashes.push(...hashesOf(image, theirs));
  console.log(
    `seed ${seed}, streams from ${done}: ${differing} differ\n${coverageText(coverage(image, ours))}`,
  );
  done += image.streams.length;
  for (const text of reports) console.log(text);
  if (differing > 0) {
    process.exitCode = 1;
    break;
  }
}
if (values.record && process.exitCode !== 1) writeVectors({ seed, streams, hashes });
const privileged = Math.ceil(streams / PER_PRIVILEGED);
for (let first = 0; first < privileged && process.exitCode !== 1; first += BATCH) {
  const count = Math.min(BATCH, privileged - first);
  const { differences, leftOut } = await comparePrivileged(engine, qemu, seed, first, count);
  console.log(
    `seed ${seed}, privileged streams from ${first}: ${differences.length} differ, ${leftOut} of ${count} left out`,
  );
  for (const text of differences.slice(0, 3)) console.log(text);
  if (differences.length > 0) process.exitCode = 1;
}

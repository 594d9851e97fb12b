/** Privileged streams: CSRs, tables of two stages, delegation, interrupts and returns in all modes, against QEMU. */
import { expect, test } from 'vitest';
import { requirement } from '../../prerequisites.ts';
import { builtEngine } from '../engine.ts';
import { readVectors } from '../vectors.ts';
import { comparePrivileged } from './compare.ts';

/** `npm run fuzz` compares as many as one wants. */
const STREAMS = 20_000;
const BATCH = 20_000;
/** Streams of which nothing can be compared, since QEMU went another way. */
const MAX_LEFT_OUT = 0.3;
/** How often each of the ends below occurs at least. */
const OFTEN: number = STREAMS / 400;
/** Ends that must be frequent: modes with the causes in mcause; 9 and 10 come from handlers of HS and VS. */
const ENDINGS = [
  'M 2',
  'M 5',
  'M 13',
  'M 21',
  'S 9',
  'S 2',
  'U 9',
  'VS 9',
  'VS 10',
  'VS 22',
  'VU 9',
  'VU 10',
  'VU 22',
];
const seed = Number(process.env['VIRTLAB_SEED'] ?? readVectors().seed);
const qemu = requirement('qemu');

test.skipIf(qemu.skip)(`${STREAMS} privileged streams end as under QEMU`, async () => {
  const engine = builtEngine();
  const endings = new Map<string, number>();
  let leftOut = 0;
  for (let first = 0; first < STREAMS; first += BATCH) {
    const batch = await comparePrivileged(engine, qemu.path, seed, first, BATCH);
    expect(batch.differences.slice(0, 3).join('\n\n')).toBe('');
    leftOut += batch.leftOut;
    for (const [ending, count] of batch.endings) endings.set(ending, (endings.get(ending) ?? 0) + count);
  }
  console.log(`seed ${seed}: ${leftOut} of ${STREAMS} privileged streams left out`);
  expect(leftOut / STREAMS).toBeLessThan(MAX_LEFT_OUT);
  expect(ENDINGS.filter((ending) => (endings.get(ending) ?? 0) < OFTEN)).toEqual([]);
});

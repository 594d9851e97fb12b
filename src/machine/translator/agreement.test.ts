/**
 * Interpreter and translator agree: random programs in every privilege mode, compared at random points. A case is a function of its seed.
 * `VIRTLAB_SEED=N VIRTLAB_TRANSLATOR_CASES=N npx vitest run src/machine/translator/agreement` runs others, and more.
 */
import { expect, test } from 'vitest';
import { USUAL_POLICY } from '../usual-policy.ts';
import { type CaseOptions, runCase } from './fixtures/cases.ts';
import type { Work } from './fixtures/pair.ts';
import { MODES } from './fixtures/worlds.ts';

const FIRST = Number(process.env['VIRTLAB_SEED'] ?? 1);
const CASES = Number(process.env['VIRTLAB_TRANSLATOR_CASES'] ?? 6);
const HOUR = 3_600_000;

/** Runs cases one after the other, and sums up what was translated. */
function runCases(count: number, options: CaseOptions): Work {
  const sum: Work = { regions: 0, killed: 0, instructions: 0, translated: 0 };
  for (let seed = FIRST; seed < FIRST + count; seed++) {
    try {
      const work = runCase(seed, options);
      sum.regions += work.regions;
      sum.killed += work.killed;
      sum.instructions += work.instructions;
      sum.translated += work.translated;
    } catch (error) {
      throw new Error(`VIRTLAB_SEED=${seed} in ${options.mode}: ${(error as Error).stack}`, { cause: error });
    }
  }
  return sum;
}

test.each(MODES)(
  'random programs in %s-mode',
  (mode) => {
    const work = runCases(CASES, { mode, length: 30_000 });
    // Or nothing was tested.
    expect(work.regions).toBeGreaterThan(CASES * 3);
    expect(work.translated / work.instructions).toBeGreaterThan(0.15);
  },
  HOUR,
);

/** Programs that have disagreed before, each for a reason of its own: unboxed singles in a loop that a table enters. */
test.each([500_048])('the program of seed %i', (seed) => {
  for (const mode of MODES) runCase(seed, { mode, length: 30_000 });
});

test(
  'random programs with the usual policy',
  () => {
    // More samples, so that something is translated in time.
    const policy = { ...USUAL_POLICY, sampleEvery: 256 };
    const work = runCases(Math.ceil(CASES / 2), { policy, length: 6_000_000 });
    expect(work.regions).toBeGreaterThan(0);
  },
  HOUR,
);

/** The machine's marks of frames that have changed: complete, and invisible to whoever runs on it. */
import { expect, test } from 'vitest';
import { PAGE_SIZE } from '#base/addresses';
import { RandomGenerator } from '#machine/random-generator';
import type { TranslationPolicy } from '#machine/translation-policy';
import { translatingAt } from '#machine/usual-policy';
import { expectSameState } from './fixtures/same-state.ts';
import { ENGINE, ENVIRONMENT, SETTINGS } from './fixtures/test-host.ts';
import { Host } from './host.ts';
import { RECORDED_RUNS, type RecordedRun } from './recorded-runs/fixtures/runs.ts';

const MS = 1_000_000;
const EAGER: TranslationPolicy = translatingAt({ sampleEvery: 512, hot: 2, perSample: 64 });

function boot(run: RecordedRun, translate: TranslationPolicy | undefined): Host {
  const { spec } = run.boot();
  const environment = translate === undefined ? ENVIRONMENT : { ...ENVIRONMENT, translate };
  return Host.create(ENGINE, spec, SETTINGS, environment);
}

/** Does a run, with stops at random instants for `look`. */
function play(host: Host, { steps, endMs }: RecordedRun, look: () => void): void {
  const random = new RandomGenerator(7);
  const bytes = new Uint8Array(1);
  const advance = (until: number): void => {
    while (host.now < until) {
      random.fill(bytes);
      host.advance(Math.min(until, host.now + 4 * (1 + bytes[0]!) * host.quantumNs));
      look();
    }
  };
  for (const [ms, command] of steps) {
    advance(ms * MS);
    host.execute(command);
  }
  advance(endMs * MS);
}

/** Frames whose bytes differ from what they were. */
function changed(host: Host, before: Uint8Array): number[] {
  const now = host.machine.ram.bytes;
  return Array.from({ length: host.frames.count }, (_, index) => index).filter((index) => {
    const from = index * PAGE_SIZE;
    return (
      Buffer.compare(now.subarray(from, from + PAGE_SIZE), before.subarray(from, from + PAGE_SIZE)) !== 0
    );
  });
}

const CASES = [
  [/2 harts/, 'interpreted', undefined],
  [/2 harts/, 'translated', EAGER],
  [/attack/, 'translated', EAGER],
] as const;

for (const [which, tier, translate] of CASES) {
  const run = RECORDED_RUNS.find(({ name }) => which.test(name))!;
  test(`${run.name}, ${tier}: every frame that changed is marked, few others are, and nothing else differs`, () => {
    const watched = boot(run, translate);
    let before = watched.machine.ram.bytes.slice();
    watched.machine.takeWritten();
    let marks = 0;
    let changes = 0;
    play(watched, run, () => {
      const written = watched.machine.takeWritten();
      const different = changed(watched, before);
      for (const index of different) expect(written[index], `frame ${index}`).toBe(1);
      changes += different.length;
      marks += written.reduce((sum, mark) => sum + mark, 0);
      before = watched.machine.ram.bytes.slice();
    });
    expect(changes).toBeGreaterThan(100);
    // Frames are marked that were written with what they held, or that may be written without being noticed.
    expect(marks).toBeLessThan(changes * 4);
    const plain = boot(run, translate);
    play(plain, run, () => {});
    expectSameState(watched, plain);
    if (translate !== undefined) expect(watched.machine.translatedInstructions).toBeGreaterThan(10_000);
  });
}

/** The translator may come at any time, or never: what guests do is the same. */
import { expect, test } from 'vitest';
import type { TranslationPolicy } from '#machine/translation-policy';
import { translatingAt } from '#machine/usual-policy';
import { expectSameState } from './fixtures/same-state.ts';
import { ENGINE, ENVIRONMENT, SETTINGS } from './fixtures/test-host.ts';
import { Host } from './host.ts';
import { RECORDED_RUNS } from './recorded-runs/fixtures/runs.ts';

const MS = 1_000_000;
const EAGER = translatingAt({ sampleEvery: 512, hot: 2, perSample: 64 });

/** One whose translator is there when it is asked for so many times. */
function after(times: number): TranslationPolicy {
  let asked = 0;
  return { ...EAGER, translator: () => (++asked > times ? EAGER.translator() : undefined) };
}

const run = RECORDED_RUNS.find(({ name }) => /attack/.test(name))!;
test(`${run.name}: a translator that comes in the middle changes nothing that a guest does`, () => {
  const play = (translate?: TranslationPolicy): Host => {
    const { spec } = run.boot();
    const environment = translate === undefined ? ENVIRONMENT : { ...ENVIRONMENT, translate };
    const host = Host.create(ENGINE, spec, SETTINGS, environment);
    for (const [ms, command] of run.steps) {
      host.advance(ms * MS);
      host.execute(command);
    }
    host.advance(run.endMs * MS);
    return host;
  };
  const interpreted = play();
  const atOnce = play(EAGER);
  const late = play(after(3));
  const never = play(after(Number.POSITIVE_INFINITY));
  for (const host of [atOnce, late, never]) expectSameState(host, interpreted);
  for (const { machine } of [atOnce, late]) expect(machine.translatedInstructions).toBeGreaterThan(10_000);
  expect([never.machine.translatedInstructions, never.machine.translator]).toEqual([0, undefined]);
});

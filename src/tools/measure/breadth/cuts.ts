/** Every lab that comes along, run in one go and cut anyhow: the test `cut-runs` over all of them, and for longer. */
import { NS_PER_MS } from '#base/virtual-time';
import { runCut } from '#lab/fixtures/cut-run';
import { startLab } from '#lab/fixtures/test-lab';
import { BUILTIN_SCENARIO_NAMES, builtinScenario } from '#lab/scenarios/builtin';
import type { FigureGroup } from '../figure.ts';

const END_NS = 2000 * NS_PER_MS;
const SEEDS = [1, 2];

export const CUTS: FigureGroup = {
  id: 'cuts',
  async measure({ say }) {
    let runs = 0;
    let others = 0;
    for (const name of BUILTIN_SCENARIO_NAMES) {
      const scenario = builtinScenario(name, { linux: false })!;
      const whole = await startLab(scenario);
      await whole.advance(END_NS);
      const expected = (await whole.hashes()).join();
      for (const seed of SEEDS) {
        const cut = await runCut(scenario, { endNs: END_NS, seed });
        const isSame = (await cut.hashes()).join() === expected;
        runs += 1;
        if (!isSame) others += 1;
        say(`${name}, seed ${seed}: ${isSame ? 'the same' : 'another hash'}`);
      }
    }
    return [
      { name: 'runs of labs that were cut anyhow', value: runs },
      { name: 'of these with another hash', value: others },
    ];
  },
};

/** Attacks of a guest, all cases of R4 and R7: by chance, under seeds that are said. What is counted is what got through. */
import { engineModule } from '#cli/engine';
import { HostileSuite } from '#hypervisor/fixtures/hostile/suite';
import { TECHNIQUES } from '#hypervisor/fixtures/hostile/techniques';
import type { FigureGroup } from '../figure.ts';

const SEEDS = [1, 2, 3, 4];
const CASES_PER_SEED = 2500;

export const HOSTILE: FigureGroup = {
  id: 'hostile',
  measure({ say }) {
    const breaches = SEEDS.flatMap((seed) => {
      const found = new HostileSuite(engineModule()).run(seed, CASES_PER_SEED);
      say(`seed ${seed}: ${CASES_PER_SEED} cases, ${found.length} breaches`);
      for (const breach of found) say(breach);
      return found;
    });
    return Promise.resolve([
      { name: 'hostile guest: techniques', value: TECHNIQUES.length },
      { name: 'hostile guest: cases', value: SEEDS.length * CASES_PER_SEED },
      { name: 'hostile guest: breaches', value: breaches.length },
    ]);
  },
};

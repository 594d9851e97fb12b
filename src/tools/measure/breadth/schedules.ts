/** One lab under many schedules of the messages between its threads: the test of the same name, many times over. */
import { Schedules } from '#lab/fixtures/schedules';
import type { FigureGroup } from '../figure.ts';

const SCHEDULES = 1000;
const SAY_EVERY = 100;

export const SCHEDULES_OF_MESSAGES: FigureGroup = {
  id: 'schedules',
  async measure({ say }) {
    const schedules = await Schedules.prepare();
    // That of one thread is among them.
    const hashes = new Set([schedules.expected.join()]);
    for (let seed = 1; seed <= SCHEDULES; seed++) {
      hashes.add((await schedules.run(seed)).join());
      if (seed % SAY_EVERY === 0) say(`${seed} of ${SCHEDULES} schedules, ${hashes.size} hash(es)`);
    }
    return [
      { name: 'schedules of message delays', value: SCHEDULES },
      { name: 'hashes over all schedules', value: hashes.size },
    ];
  },
};

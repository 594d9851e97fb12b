/** Damaged packets without number for each dissector of the page. What is counted is what came of them. */

import { DISSECTED, mutate } from '#base/packets/fixtures/mutations';
import type { Figure, FigureGroup, Wanted } from '../figure.ts';

const PACKETS = 1_000_000;
const SEED = 1;
const GROUP = 'dissector-mutations';

export const DISSECTOR_WANTED: readonly Wanted[] = [
  { name: 'mutated packets for each dissector', group: GROUP, unit: '', bound: { least: PACKETS } },
  {
    name: 'mutated packets: that reached the dissector, of the worst',
    group: GROUP,
    unit: '%',
    bound: { least: 50 },
  },
  { name: 'mutated packets: exceptions', group: GROUP, unit: '', bound: { is: 0 } },
  { name: 'mutated packets: that took over a second', group: GROUP, unit: '', bound: { is: 0 } },
  { name: 'mutated packets: fields outside of the packet', group: GROUP, unit: '', bound: { is: 0 } },
  { name: 'mutated packets: most fields of one', group: GROUP, unit: '', bound: { most: 1024 } },
  { name: 'mutated packets: taken apart in a second', group: GROUP, unit: '/s', bound: undefined },
];

export const DISSECTORS: FigureGroup = {
  id: GROUP,
  measure({ say }) {
    let [exceptions, hangs, outside, mostFields, least] = [0, 0, 0, 0, 100];
    const start = performance.now();
    for (const id of DISSECTED) {
      const found = mutate(id, SEED, PACKETS, () => performance.now());
      say(`${id}: ${found.reached} of ${found.packets} reached it, at most ${found.mostFields} fields`);
      exceptions += found.exceptions;
      hangs += found.hangs;
      outside += found.outside;
      mostFields = Math.max(mostFields, found.mostFields);
      least = Math.min(least, (100 * found.reached) / found.packets);
    }
    const seconds = (performance.now() - start) / 1000;
    const figures: Figure[] = [
      { name: 'mutated packets for each dissector', value: PACKETS },
      { name: 'mutated packets: that reached the dissector, of the worst', value: Math.round(least) },
      { name: 'mutated packets: exceptions', value: exceptions },
      { name: 'mutated packets: that took over a second', value: hangs },
      { name: 'mutated packets: fields outside of the packet', value: outside },
      { name: 'mutated packets: most fields of one', value: mostFields },
      {
        name: 'mutated packets: taken apart in a second',
        value: Math.round((PACKETS * DISSECTED.length) / seconds),
      },
    ];
    return Promise.resolve(figures);
  },
};

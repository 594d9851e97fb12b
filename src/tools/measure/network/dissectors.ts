/** Damaged packets without number for each dissector of the page. What is counted is what came of them. */
import { DISSECTED, type Mutated, mutate } from '#base/packets/fixtures/mutations';
import { harmlessRows, perSecond, type TrialFigures, trialFigures } from '../hostile.ts';

const PACKETS = 1_000_000;
const SEED = 1;
const WHAT = 'mutated packets';

interface Found extends Mutated {
  readonly each: readonly (Mutated & { readonly id: string })[];
  readonly workMs: number;
}

/** What came of all dissectors together, and the least part of packets that reached theirs. */
function ofAll(each: Found['each'], workMs: number): Found {
  const sum = (of: (found: Mutated) => number): number => each.reduce((all, found) => all + of(found), 0);
  const most = (of: (found: Mutated) => number): number => Math.max(...each.map(of));
  return {
    ...{ each, workMs, packets: sum(({ packets }) => packets), outside: sum(({ outside }) => outside) },
    ...{ exceptions: sum(({ exceptions }) => exceptions), hangs: sum(({ hangs }) => hangs) },
    ...{ longestMs: most(({ longestMs }) => longestMs), mostFields: most(({ mostFields }) => mostFields) },
    reached: Math.min(...each.map(({ reached }) => reached)),
    first: each.find(({ first }) => first !== undefined)?.first,
  };
}

export const DISSECTORS: TrialFigures = trialFigures<Found>({
  id: 'dissector-mutations',
  rows: [
    { name: `${WHAT} for each dissector`, bound: { least: PACKETS }, of: () => PACKETS },
    {
      ...{ name: `${WHAT}: that reached the dissector, of the worst`, unit: '%', bound: { least: 50 } },
      of: ({ reached }) => Math.round((100 * reached) / PACKETS),
    },
    ...harmlessRows<Found>(WHAT),
    { name: `${WHAT}: fields outside of the packet`, bound: { is: 0 }, of: ({ outside }) => outside },
    { name: `${WHAT}: most fields of one`, bound: { most: 1024 }, of: ({ mostFields }) => mostFields },
    {
      ...{ name: `${WHAT}: taken apart in a second of processor time`, unit: '/s', bound: undefined },
      of: ({ packets, workMs }) => perSecond(packets, workMs),
    },
  ],
  run(clock) {
    const start = clock();
    const each = DISSECTED.map((id) => ({ id, ...mutate(id, SEED, PACKETS, clock) }));
    return ofAll(each, clock() - start);
  },
  tell: ({ each, first }) => [
    ...each.map(
      ({ id, reached, mostFields }) => `${id}: ${reached} reached it, at most ${mostFields} fields`,
    ),
    first ?? 'no exception',
  ],
});

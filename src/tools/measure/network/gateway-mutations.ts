/** Damaged frames without number at the gateway: half of them with sums that are right again, so that they get past those who check nothing else. */
import { goodFrames } from '#hypervisor/network/appliances/gateway/fixtures/conversations';
import { type MutatedFrames, mutateFrames } from '#hypervisor/network/appliances/gateway/fixtures/mutations';
import { Stand } from '#hypervisor/network/appliances/gateway/fixtures/stand';
import { harmlessRows, perSecond, type TrialFigures, trialFigures } from '../hostile.ts';

const FRAMES = 1_000_000;
const WHAT = 'gateway: damaged frames';

interface Found extends MutatedFrames {
  readonly good: number;
  readonly counted: string;
  readonly workMs: number;
}

export const GATEWAY_MUTATIONS: TrialFigures = trialFigures<Found>({
  id: 'gateway-mutations',
  rows: [
    { name: WHAT, bound: { least: FRAMES }, of: ({ frames }) => frames },
    {
      ...{ name: `${WHAT} that no reader refused`, unit: '%', bound: { least: 40 } },
      of: ({ deep, frames }) => Math.round((100 * deep) / frames),
    },
    {
      name: `${WHAT}: of connections that were open`,
      bound: { least: FRAMES / 3 },
      of: ({ ofOpen }) => ofOpen,
    },
    ...harmlessRows<Found>(WHAT),
    { name: `${WHAT}: tables found over their bounds`, bound: { is: 0 }, of: ({ overBounds }) => overBounds },
    { name: `${WHAT}: then it serves`, bound: { is: 1 }, of: ({ serves }) => (serves ? 1 : 0) },
    {
      ...{ name: `${WHAT} in a second of processor time`, unit: '/s', bound: undefined },
      of: ({ frames, workMs }) => perSecond(frames, workMs),
    },
  ],
  run(clock) {
    const stand = new Stand();
    const good = goodFrames(stand);
    const start = clock();
    const found = mutateFrames(stand, good, FRAMES, { now: clock });
    const counted = JSON.stringify(stand.counters);
    return { ...found, good: good.length, counted, workMs: clock() - start };
  },
  tell: ({ good, counted, first }) => [`${good} good frames; counted ${counted}; ${first ?? 'no exception'}`],
});

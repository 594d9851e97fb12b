/** Damaged frames without number at a router. What is counted is what came of them. */
import { type Mutated, mutateFrames } from '#hypervisor/network/appliances/router/fixtures/mutations';
import { harmlessRows, type TrialFigures, trialFigures } from '../hostile.ts';

const FRAMES = 1_000_000;
const SEED = 1;
const WHAT = 'router: mutated frames';

export const ROUTER_MUTATIONS: TrialFigures = trialFigures<Mutated>({
  id: 'router-mutations',
  rows: [
    { name: WHAT, bound: { least: FRAMES }, of: ({ frames }) => frames },
    {
      name: `${WHAT} that were passed on`,
      bound: { least: FRAMES / 50 },
      of: ({ forwarded }) => forwarded,
    },
    ...harmlessRows<Mutated>(WHAT),
    {
      name: 'router: frames that it sent upon one, at most',
      bound: { most: 256 },
      of: ({ mostAtOnce }) => mostAtOnce,
    },
    {
      name: 'router: neighbours of an interface, at most',
      // 512 that are known, and 32 that are being asked for.
      bound: { most: 544 },
      of: ({ mostNeighbours }) => mostNeighbours,
    },
  ],
  run: (clock) => mutateFrames(SEED, FRAMES, clock),
  tell: ({ sent, forwarded, first }) => [
    `${sent} frames sent, ${forwarded} packets passed on; ${first ?? 'no exception'}`,
  ],
});

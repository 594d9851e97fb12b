/** A million hostile frames over switches whose ports are kept apart: where they came, judged by who knows what each frame is. */
import { type Leaks, leaksIn } from '#hypervisor/network/fixtures/isolation/leaks';
import { type TrialFigures, trialFigures } from '../hostile.ts';

const FRAMES = 1_000_000;
const SEED = 12;

export const LEAKS: TrialFigures = trialFigures<Leaks>({
  id: 'leaks',
  rows: [
    { name: 'leaks: frames sent', bound: { least: FRAMES }, of: ({ frames }) => frames },
    {
      name: 'leaks: frames that came somewhere',
      bound: { least: FRAMES / 10 },
      of: ({ deliveries }) => deliveries,
    },
    { name: 'leaks: frames that came where they may not', bound: { is: 0 }, of: ({ leaks }) => leaks },
    {
      name: 'leaks: plain frames that were kept from where they may come',
      bound: { is: 0 },
      of: ({ withheld }) => withheld,
    },
  ],
  run: () => leaksIn(SEED, FRAMES),
  tell: ({ examples }) =>
    examples.map(({ sent, port }) => `leak to port ${port}: ${JSON.stringify({ ...sent, bytes: 0 })}`),
});

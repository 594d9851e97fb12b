/** A million hostile frames over switches whose ports are kept apart: where they came, judged by who knows what each frame is. */

import { leaksIn } from '#hypervisor/network/fixtures/isolation/leaks';
import type { FigureGroup, Wanted } from '../figure.ts';

const FRAMES = 1_000_000;
const SEED = 12;
const GROUP = 'leaks';

export const LEAKS_WANTED: readonly Wanted[] = [
  { name: 'leaks: frames sent', group: GROUP, unit: '', bound: { least: FRAMES } },
  { name: 'leaks: frames that came somewhere', group: GROUP, unit: '', bound: { least: 100_000 } },
  { name: 'leaks: frames that came where they may not', group: GROUP, unit: '', bound: { is: 0 } },
  {
    name: 'leaks: plain frames that were kept from where they may come',
    group: GROUP,
    unit: '',
    bound: { is: 0 },
  },
];

export const LEAKS: FigureGroup = {
  id: GROUP,
  measure({ say }) {
    const { frames, deliveries, leaks, withheld, examples } = leaksIn(SEED, FRAMES);
    for (const { sent, port } of examples)
      say(`leak to port ${port}: ${JSON.stringify({ ...sent, bytes: 0 })}`);
    return Promise.resolve([
      { name: 'leaks: frames sent', value: frames },
      { name: 'leaks: frames that came somewhere', value: deliveries },
      { name: 'leaks: frames that came where they may not', value: leaks },
      { name: 'leaks: plain frames that were kept from where they may come', value: withheld },
    ]);
  },
};

/** Damaged frames without number at the gateway: half of them with sums that are right again, so that they get past those who check nothing else. */
import { goodFrames } from '#hypervisor/network/appliances/gateway/fixtures/conversations';
import { mutateFrames } from '#hypervisor/network/appliances/gateway/fixtures/mutations';
import { Stand } from '#hypervisor/network/appliances/gateway/fixtures/stand';
import type { Figure, FigureGroup, Wanted } from '../figure.ts';

const FRAMES = 1_000_000;
const GROUP = 'gateway-mutations';

export const GATEWAY_MUTATIONS_WANTED: readonly Wanted[] = [
  { name: 'gateway: damaged frames', group: GROUP, unit: '', bound: { least: FRAMES } },
  { name: 'gateway: damaged frames that no reader refused', group: GROUP, unit: '%', bound: { least: 40 } },
  { name: 'gateway: damaged frames, exceptions', group: GROUP, unit: '', bound: { is: 0 } },
  { name: 'gateway: damaged frames, that took over a second', group: GROUP, unit: '', bound: { is: 0 } },
  {
    name: 'gateway: damaged frames, tables found over their bounds',
    group: GROUP,
    unit: '',
    bound: { is: 0 },
  },
  { name: 'gateway: damaged frames, then it serves', group: GROUP, unit: '', bound: { is: 1 } },
  { name: 'gateway: damaged frames in a second', group: GROUP, unit: '/s', bound: undefined },
];

export const GATEWAY_MUTATIONS: FigureGroup = {
  id: GROUP,
  measure({ say }) {
    const stand = new Stand();
    const good = goodFrames(stand);
    const start = performance.now();
    const found = mutateFrames(stand, good, FRAMES, { now: () => performance.now() });
    const seconds = (performance.now() - start) / 1000;
    say(`${good.length} good frames; counted ${JSON.stringify(stand.counters)}`);
    const figures: Figure[] = [
      { name: 'gateway: damaged frames', value: found.frames },
      {
        name: 'gateway: damaged frames that no reader refused',
        value: Math.round((100 * found.deep) / found.frames),
      },
      { name: 'gateway: damaged frames, exceptions', value: found.exceptions },
      { name: 'gateway: damaged frames, that took over a second', value: found.hangs },
      { name: 'gateway: damaged frames, tables found over their bounds', value: found.overBounds },
      { name: 'gateway: damaged frames, then it serves', value: found.serves ? 1 : 0 },
      { name: 'gateway: damaged frames in a second', value: Math.round(found.frames / seconds) },
    ];
    return Promise.resolve(figures);
  },
};

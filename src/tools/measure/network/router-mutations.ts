/** Damaged frames without number at a router. What is counted is what came of them. */
import { mutateFrames } from '#hypervisor/network/appliances/router/fixtures/mutations';
import type { FigureGroup, Wanted } from '../figure.ts';

const FRAMES = 1_000_000;
const SEED = 1;
const GROUP = 'router-mutations';

export const ROUTER_WANTED: readonly Wanted[] = [
  { name: 'router: mutated frames', group: GROUP, unit: '', bound: { least: FRAMES } },
  {
    name: 'router: mutated frames that were passed on',
    group: GROUP,
    unit: '',
    bound: { least: FRAMES / 50 },
  },
  { name: 'router: exceptions', group: GROUP, unit: '', bound: { is: 0 } },
  { name: 'router: frames that took over a second', group: GROUP, unit: '', bound: { is: 0 } },
  { name: 'router: neighbours of an interface, at most', group: GROUP, unit: '', bound: { most: 512 } },
];

export const ROUTER_MUTATIONS: FigureGroup = {
  id: GROUP,
  measure({ say }) {
    const found = mutateFrames(SEED, FRAMES, () => performance.now());
    say(`${found.sent} frames sent, ${found.forwarded} packets passed on; ${found.first ?? 'no exception'}`);
    return Promise.resolve([
      { name: 'router: mutated frames', value: found.frames },
      { name: 'router: mutated frames that were passed on', value: found.forwarded },
      { name: 'router: exceptions', value: found.exceptions },
      { name: 'router: frames that took over a second', value: found.hangs },
      { name: 'router: neighbours of an interface, at most', value: found.mostNeighbours },
    ]);
  },
};

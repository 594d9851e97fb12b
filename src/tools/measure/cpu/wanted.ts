/** What is wanted of scheduling: one row for each figure. */
import type { Wanted } from '../figure.ts';
import { HEAP_GROWTH, STATE_GROWTH } from './eight-hours.ts';
import { INPUT_DELAY, LIVE_VIEWS, LONGEST_TASK, SPEED } from './in-the-page.ts';
import { PROMISING } from './promises.ts';
import { SAMPLING_COST } from './sampling.ts';
import { FAIR_KINDS } from './shares.ts';

const latest = (kind: string): string =>
  `${kind}: latest that an interactive VM is run beside three busy ones`;

export const WANTED: readonly Wanted[] = [
  // Over 10 s of virtual time, of 2, 4 and 16 VMs on 1, 2 and 8 harts; the furthest of all of them.
  ...FAIR_KINDS.flatMap((kind): Wanted[] => [
    { name: `${kind}: share, furthest from its weight`, group: 'shares', unit: '%', bound: { most: 2 } },
    { name: `${kind}: share, furthest from its cap`, group: 'shares', unit: '%', bound: { most: 1 } },
  ]),
  // Two time slices of 10 ms; with a budget, its period of 7 ms. In turn it waits for all three.
  { name: latest('credit'), group: 'latency', unit: 'ms', bound: { most: 20 } },
  { name: latest('fair'), group: 'latency', unit: 'ms', bound: { most: 20 } },
  { name: latest('real-time'), group: 'latency', unit: 'ms', bound: { most: 7 } },
  { name: latest('round-robin'), group: 'latency', unit: 'ms', bound: undefined },
  // Of 10,000 workloads by chance, a quarter each.
  ...PROMISING.flatMap((kind): Wanted[] => [
    {
      ...{
        name: `${kind}: workloads in which a vCPU waited longer than promised`,
        group: 'promises',
        unit: '',
      },
      bound: { is: 0 },
    },
    {
      ...{ name: `${kind}: longest wait as a part of what was promised`, group: 'promises', unit: '%' },
      bound: undefined,
    },
  ]),
  // Four busy VMs on two harts under credit, whose guests exit some 3,000 times in a second of a vCPU.
  {
    ...{ name: 'noting slices and exits, of the time of its host', group: 'recording-cost', unit: '%' },
    bound: { most: 1 },
  },
  // By /proc/stat of a Linux.
  {
    ...{ name: 'Linux: stolen time against the account of its host', group: 'linux', unit: '%' },
    bound: { most: 1 },
  },
  {
    ...{ name: 'Linux: utilisation against what the page shows', group: 'linux', unit: '% of a CPU' },
    bound: { most: 2 },
  },
  // Of 16 VMs that never wait, beside the same ones of which nothing is sampled.
  { name: SAMPLING_COST, group: 'sampling', unit: '% of the speed', bound: { most: 1 } },
  // Of VMs that seldom work, with policies that act and alarms that come and go; after it has collected what nobody needs.
  { name: HEAP_GROWTH, group: 'eight-hours', unit: 'MB', bound: { most: 1 } },
  { name: STATE_GROWTH, group: 'eight-hours', unit: '%', bound: { most: 1 } },
  // 16 busy VMs at full speed in the page, view by view. A click that the browser does not report took less than 16 ms, a task 50 ms.
  ...LIVE_VIEWS.flatMap(({ name }): Wanted[] => [
    { name: `${name}: ${INPUT_DELAY}`, group: 'in-the-page', unit: 'ms', bound: { most: 50 } },
    { name: `${name}: ${LONGEST_TASK}`, group: 'in-the-page', unit: 'ms', bound: { most: 100 } },
    { name: `${name}: ${SPEED}`, group: 'in-the-page', unit: '%', bound: { least: 90 } },
  ]),
];

/** What is wanted of scheduling: one row for each figure. */
import type { Wanted } from '../figure.ts';
import { PROMISING } from './promises.ts';
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
  // By /proc/stat of a Linux.
  {
    ...{ name: 'Linux: stolen time against the account of its host', group: 'linux', unit: '%' },
    bound: { most: 1 },
  },
  {
    ...{ name: 'Linux: utilisation against what the page shows', group: 'linux', unit: '% of a CPU' },
    bound: { most: 2 },
  },
];

/** What is wanted of the page: how little it may cost, and how fast it answers. One row for each figure. */
import type { Bound, Wanted } from '../figure.ts';
import { VIEWS_MEASURED } from './views.ts';

/** Shares of one core, in percent. */
const IDLE: Bound = { most: 5 };
const BUSY: Bound = { most: 25 };
const OPENING: Bound = { most: 300 };
const CLICK: Bound = { most: 100 };
const TASK: Bound = { most: 100 };
/** Until the lab runs, without Linux: 540 kB are good, and it must not grow much. */
const TRANSFER: Bound = { most: 600 };
const FIRST: Bound = { most: 3000 };
const SECOND: Bound = { most: 1500 };

export const WANTED: readonly Wanted[] = [
  ...VIEWS_MEASURED.flatMap(({ name }): Wanted[] => [
    { name: `${name}, 4 idle VMs: renderer`, group: 'idle', unit: '% of a core', bound: IDLE },
    { name: `${name}, 4 idle VMs: page's thread`, group: 'idle', unit: '% of a core', bound: undefined },
    { name: `${name}, 4 idle VMs: workers`, group: 'idle', unit: '% of a core', bound: undefined },
  ]),
  ...VIEWS_MEASURED.flatMap(({ name }): Wanted[] => [
    { name: `${name}, 16 busy VMs: page's thread`, group: 'busy', unit: '% of a core', bound: BUSY },
  ]),
  { name: 'opening the charts', group: 'charts', unit: 'ms', bound: OPENING },
  { name: 'a click on a range, 95th percentile', group: 'charts', unit: 'ms', bound: CLICK },
  { name: 'longest task while charts are used', group: 'charts', unit: 'ms', bound: TASK },
  { name: 'first visit: bytes until the lab runs', group: 'visit', unit: 'kB, compressed', bound: TRANSFER },
  { name: 'first visit: until the lab runs', group: 'visit', unit: 'ms, median', bound: FIRST },
  { name: 'second visit: until the lab runs', group: 'visit', unit: 'ms, median', bound: SECOND },
  {
    name: 'first visit: files of Linux that nobody asked for',
    group: 'visit',
    unit: 'files',
    bound: { is: 0 },
  },
];

/** What is wanted of the structure that the next capabilities need: one row for each figure. */
import type { Wanted } from '../figure.ts';

const touched = (thing: string, most: number): Wanted => ({
  name: `files touched by: ${thing}`,
  group: 'touched-files',
  unit: 'files',
  bound: { most },
});

/** How much slower than before a kind of work may have become. */
const SLOWEST = 1.03;
const speed = (kind: string): Wanted => ({
  name: `time of ${kind} against the old commit`,
  group: 'speed',
  unit: 'ratio',
  bound: { most: SLOWEST },
});

export const WANTED: readonly Wanted[] = [
  // Files of the product that a thing touches besides its own; the row of its table is one of them.
  touched('a virtio device with settings', 1),
  touched('a state of a frame or a page', 1),
  touched('a metric', 1),
  touched('a scheduler', 1),
  touched('a command with arguments', 1),
  touched('a question that the page asks', 1),
  touched('a view of the page', 1),
  touched('a stage of a port', 3),
  touched('an exit reason', 2),
  touched('hosts in workers of their own', 4),
  // Recorded runs, told independently of how state is written.
  { name: 'recorded runs repeated', group: 'digests', unit: 'runs', bound: { least: 5 } },
  { name: 'recorded runs that differ', group: 'digests', unit: 'runs', bound: { is: 0 } },
  { name: 'recorded runs not possible here', group: 'digests', unit: 'runs', bound: { is: 0 } },
  // One interleaved run against the old commit, the least time of each kernel.
  speed('integer'),
  speed('floating point'),
  speed('an exit'),
  speed('a TLB miss'),
  // A VM's file crosses from one engine of JavaScript to another.
  {
    name: 'VMs suspended in Chromium, resumed in Node, with another hash',
    group: 'travel',
    unit: 'VMs',
    bound: { is: 0 },
  },
  {
    name: 'VMs suspended in Node, resumed in Chromium, with another hash',
    group: 'travel',
    unit: 'VMs',
    bound: { is: 0 },
  },
  // How long the lab stands still for a checkpoint, by the clock.
  { name: 'new memory in a checkpoint', group: 'checkpoint', unit: 'MiB', bound: { least: 60 } },
  { name: 'longest stall of a checkpoint', group: 'checkpoint', unit: 'ms', bound: undefined },
  // The lab outlives its worker and its page.
  { name: 'workers killed', group: 'worker-kill', unit: 'times', bound: { least: 200 } },
  {
    name: 'back within 2 s after a killed worker',
    group: 'worker-kill',
    unit: 'times',
    bound: { least: 200 },
  },
  { name: 'median return after a killed worker', group: 'worker-kill', unit: 'ms', bound: undefined },
  { name: 'slowest return after a killed worker', group: 'worker-kill', unit: 'ms', bound: undefined },
  { name: 'half restored after a killed worker', group: 'worker-kill', unit: 'times', bound: { is: 0 } },
  { name: 'pages reloaded', group: 'reload', unit: 'times', bound: { least: 50 } },
  { name: 'back within 2 s after a reload', group: 'reload', unit: 'times', bound: { least: 50 } },
  { name: 'median return after a reload', group: 'reload', unit: 'ms', bound: undefined },
  { name: 'slowest return after a reload', group: 'reload', unit: 'ms', bound: undefined },
  { name: 'half restored after a reload', group: 'reload', unit: 'times', bound: { is: 0 } },
  // Two busy hosts that exchange traffic, in two workers against one.
  {
    name: 'instructions a second of two workers against one, link of 5 ms',
    group: 'two-workers',
    unit: 'ratio',
    bound: { least: 1.7 },
  },
  {
    name: 'instructions a second of two workers against one, link of 500 µs',
    group: 'two-workers',
    unit: 'ratio',
    bound: undefined,
  },
  {
    name: 'instructions a second of two workers against one, unshared memory',
    group: 'two-workers',
    unit: 'ratio',
    bound: undefined,
  },
  { name: 'schedules of message delays', group: 'schedules', unit: 'schedules', bound: { least: 1000 } },
  { name: 'hashes over all schedules', group: 'schedules', unit: 'hashes', bound: { is: 1 } },
  { name: 'runs of labs that were cut anyhow', group: 'cuts', unit: 'runs', bound: { least: 50 } },
  { name: 'of these with another hash', group: 'cuts', unit: 'runs', bound: { is: 0 } },
  // R12: damage of what a host was saved to.
  { name: 'damaged snapshots of a host', group: 'damage', unit: 'files', bound: { least: 10_000 } },
  { name: 'damaged snapshots taken for whole', group: 'damage', unit: 'files', bound: { is: 0 } },
];

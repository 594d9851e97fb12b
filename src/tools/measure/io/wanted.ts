/** What is wanted of I/O virtualization: one row for each figure. */
import type { Wanted } from '../figure.ts';

export const WANTED: readonly Wanted[] = [
  // R13 of the reliability goals: the tab is killed in the middle of commits, and of what was not flushed some is lost.
  { name: 'crash points in disk commits', group: 'disks', unit: '', bound: { least: 1000 } },
  { name: 'crash points that recover the last commit', group: 'disks', unit: '', bound: { least: 1000 } },
  // Every field of the header, with values at its limits and by chance.
  { name: 'qcow2 images with a mutated header field', group: 'disks', unit: '', bound: { least: 10_000 } },
  {
    name: 'qcow2 images with a mutated header field: still read',
    group: 'disks',
    unit: '',
    bound: undefined,
  },
  { name: 'qcow2 images: reads outside of the file', group: 'disks', unit: '', bound: { is: 0 } },
];

/** What is wanted of memory virtualization: one row for each figure. */
import type { Wanted } from '../figure.ts';

export const WANTED: readonly Wanted[] = [
  // Of four idle Linux VMs of 32 MiB with fixed allocation, of all their frames and of those that are not zeros.
  { name: '4 Linux VMs: memory reclaimed by sharing', group: 'sharing', unit: '%', bound: { least: 85 } },
  { name: '4 Linux VMs: non-zero memory reclaimed', group: 'sharing', unit: '%', bound: { least: 55 } },
  { name: '4 Linux VMs: both are reached after', group: 'sharing', unit: 's', bound: { most: 30 } },
  { name: '4 Linux VMs: of a physical CPU meanwhile', group: 'sharing', unit: '%', bound: undefined },
  // Instructions per second of a processor, against the same VMs without it.
  {
    name: '4 writing VMs: speed with the scanner on',
    group: 'scanner-cost',
    unit: '%',
    bound: { least: 90 },
  },
];

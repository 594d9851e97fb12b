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
  // R4 and R7 of the reliability goals: bytes of another VM or of the hypervisor that were read or changed.
  { name: 'hostile guest: techniques', group: 'hostile', unit: '', bound: { least: 40 } },
  { name: 'hostile guest: cases', group: 'hostile', unit: '', bound: { least: 10_000 } },
  { name: 'hostile guest: breaches', group: 'hostile', unit: '', bound: { is: 0 } },
  // Frames change hands all the time; the speed is that with another view open, per second of the workers' processor time.
  { name: 'map of 262,144 frames: drawn per second', group: 'frame-map', unit: '1/s', bound: { least: 30 } },
  { name: 'map of 262,144 frames: speed of the engine', group: 'frame-map', unit: '%', bound: { least: 90 } },
];

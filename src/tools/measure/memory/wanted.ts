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
  // Each VM writes contents that nothing compresses, of 32 MiB that it has as much as fits, or 3 MiB of 4, and finds them as they were.
  { name: '12 Linux VMs on 96 MiB: touched by each', group: 'overcommit', unit: 'MiB', bound: { least: 24 } },
  {
    name: '64 teaching VMs on 128 MiB: contents verified',
    group: 'overcommit',
    unit: 'VMs',
    bound: { is: 64 },
  },
  {
    name: '64 teaching VMs on 128 MiB: answer at their shells',
    group: 'overcommit',
    unit: 'VMs',
    bound: { is: 64 },
  },
  {
    name: '64 teaching VMs on 128 MiB: all answer within',
    group: 'overcommit',
    unit: 's',
    bound: undefined,
  },
  {
    name: '12 Linux VMs on 96 MiB: contents verified',
    group: 'overcommit',
    unit: 'VMs',
    bound: { is: 12 },
  },
  {
    name: '12 Linux VMs on 96 MiB: answer at their shells',
    group: 'overcommit',
    unit: 'VMs',
    bound: { is: 12 },
  },
  {
    name: '12 Linux VMs on 96 MiB: all answer within',
    group: 'overcommit',
    unit: 's',
    bound: undefined,
  },
  {
    name: '12 Linux VMs on 96 MiB: virtual time',
    group: 'overcommit',
    unit: 's',
    bound: undefined,
  },
  // Frames change hands all the time; the speed is that with another view open, per second of the workers' processor time.
  { name: 'map of 262,144 frames: drawn per second', group: 'frame-map', unit: '1/s', bound: { least: 30 } },
  { name: 'map of 262,144 frames: speed of the engine', group: 'frame-map', unit: '%', bound: { least: 90 } },
];

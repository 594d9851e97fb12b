/** What is wanted of I/O virtualization: one row for each figure. */
import type { Wanted } from '../figure.ts';

/**
 * Two Linux guests at one disk, with equal shares: one reads four blocks at a time, the other writes all that it can. The usual disk does one
 * thing at a time, so that who takes all of it alone waits for the other.
 */
const NEIGHBOURS: readonly Wanted[] = ['flash', 'usual disk', 'hard disk'].flatMap((disk) =>
  ['fair', 'deadline', 'fifo'].flatMap((scheduler): Wanted[] => {
    const isFair = scheduler === 'fair';
    const row = { group: 'sharing-a-disk', name: `noisy neighbour at ${disk}, ${scheduler}` };
    return [
      { ...row, name: `${row.name}: of the share`, unit: '%', bound: isFair ? { least: 90 } : undefined },
      { ...row, name: `${row.name}: p99 against alone`, unit: '×', bound: isFair ? { most: 2 } : undefined },
    ];
  }),
);

export const WANTED: readonly Wanted[] = [
  // R13 of the reliability goals: the tab is killed in the middle of commits, and of what was not flushed some is lost.
  { name: 'crash points in disk commits', group: 'disks', unit: '', bound: { least: 1000 } },
  { name: 'crash points that recover the last commit', group: 'disks', unit: '', bound: { least: 1000 } },
  {
    name: 'crash points in images taken in, sealed, deleted',
    group: 'disks',
    unit: '',
    bound: { least: 1000 },
  },
  { name: 'crash points that leave all images whole', group: 'disks', unit: '', bound: { least: 1000 } },
  { name: 'crash points in images written back', group: 'disks', unit: '', bound: { least: 1000 } },
  {
    name: 'crash points that leave the image as of one flush',
    group: 'disks',
    unit: '',
    bound: { least: 1000 },
  },
  // Every field of the header, with values at its limits and by chance.
  { name: 'qcow2 images with a mutated header field', group: 'disks', unit: '', bound: { least: 10_000 } },
  {
    name: 'qcow2 images with a mutated header field: still read',
    group: 'disks',
    unit: '',
    bound: undefined,
  },
  { name: 'qcow2 images: reads outside of the file', group: 'disks', unit: '', bound: { is: 0 } },
  // A VM's limits, with a Linux guest that asks for more: how far what is done in a second of virtual time is from what is allowed.
  {
    name: '2,000 requests a second: most off in a second',
    group: 'sharing-a-disk',
    unit: '%',
    bound: { most: 5 },
  },
  { name: '20 MB/s of writes: most off in a second', group: 'sharing-a-disk', unit: '%', bound: { most: 5 } },
  ...NEIGHBOURS,
  // In wall time at speed max, past the guest's page cache; the ratios are speed by speed, in one interleaved run.
  { name: 'Linux at max: reads', group: 'throughput', unit: 'MB/s', bound: { least: 300 } },
  { name: 'reads: against a copying loop', group: 'throughput', unit: '×', bound: undefined },
  { name: 'reads: against QEMU', group: 'throughput', unit: '×', bound: undefined },
  { name: 'Linux at max: writes', group: 'throughput', unit: 'MB/s', bound: { least: 200 } },
  { name: 'writes: against a copying loop', group: 'throughput', unit: '×', bound: undefined },
  { name: 'writes: against QEMU', group: 'throughput', unit: '×', bound: undefined },
  {
    name: 'Linux at max: 4 KiB random reads, 32 in flight',
    group: 'throughput',
    unit: '1/s',
    bound: { least: 20_000 },
  },
  {
    name: '4 KiB random reads, 32 in flight: against a copying loop',
    group: 'throughput',
    unit: '×',
    bound: undefined,
  },
  {
    name: '4 KiB random reads, 32 in flight: against QEMU',
    group: 'throughput',
    unit: '×',
    bound: undefined,
  },
  // The same work in each way: all exits of the VM, between two answers of its exit log, for each block that is written or read.
  { name: 'virtio: exits for a block of 4 KiB', group: 'ways', unit: '', bound: undefined },
  { name: 'virtio: of these at registers of the disk', group: 'ways', unit: '', bound: undefined },
  { name: 'virtio: blocks in a second of virtual time', group: 'ways', unit: '1/s', bound: undefined },
  { name: 'emulated-pio: exits for a block of 4 KiB', group: 'ways', unit: '', bound: undefined },
  { name: 'emulated-pio: of these at registers of the disk', group: 'ways', unit: '', bound: undefined },
  { name: 'emulated-pio: blocks in a second of virtual time', group: 'ways', unit: '1/s', bound: undefined },
  { name: 'emulated-dma: exits for a block of 4 KiB', group: 'ways', unit: '', bound: undefined },
  { name: 'emulated-dma: of these at registers of the disk', group: 'ways', unit: '', bound: undefined },
  { name: 'emulated-dma: blocks in a second of virtual time', group: 'ways', unit: '1/s', bound: undefined },
  { name: 'passed-through: exits for a block of 4 KiB', group: 'ways', unit: '', bound: undefined },
  { name: 'passed-through: of these at registers of the disk', group: 'ways', unit: '', bound: { is: 0 } },
  {
    name: 'passed-through: blocks in a second of virtual time',
    group: 'ways',
    unit: '1/s',
    bound: undefined,
  },
  { name: 'passed-virtio: exits for a block of 4 KiB', group: 'ways', unit: '', bound: undefined },
  { name: 'passed-virtio: of these at registers of the disk', group: 'ways', unit: '', bound: { is: 0 } },
  { name: 'passed-virtio: blocks in a second of virtual time', group: 'ways', unit: '1/s', bound: undefined },
  // Of a block more: what a command costs by itself is the same for few as for many.
  { name: 'passed-through, polled: exits for a block of 4 KiB', group: 'ways', unit: '', bound: { is: 0 } },
  { name: 'emulated PIO against virtio: exits', group: 'ways', unit: 'times', bound: { least: 20 } },
  { name: 'emulated DMA against virtio: exits', group: 'ways', unit: 'times', bound: { least: 2 } },
];

/**
 * The overhead account: the same program on a bare hart and in VMs, a row for each run, and the parts of which the time of a run is the
 * sum. Texts of the page: `overhead.run.<id>`, `overhead.part.<id>`. Data only.
 */
import type { DiskWay } from './disk-ways.ts';

/** What the program does: takes memory for the first time, works on memory that it has, or writes and reads blocks of a disk. */
export const OVERHEAD_WORKS = ['touch', 'memory', 'disk'] as const;
export type OverheadWork = (typeof OVERHEAD_WORKS)[number];

/** What is another than usual while it runs in a VM. */
export type OverheadSetting = 'huge-pages' | 'neighbour';

export interface OverheadRun {
  readonly id: string;
  readonly work: OverheadWork;
  /** Nothing is below it but firmware; it is in a VM otherwise. */
  readonly isBare?: true;
  /** All memory of the VM is given before it runs. */
  readonly isFixed?: true;
  readonly setting?: OverheadSetting;
  /** How it is given its disk; on a bare machine: which of these its disk is. */
  readonly way?: DiskWay;
  /** Its driver of a disk behind queues hears of each request, and not of the last of several alone. */
  readonly hearsOfEach?: true;
}

/** Of a work, the first is what the others are held against. */
export const OVERHEAD_RUNS: readonly OverheadRun[] = [
  { id: 'touch-bare', work: 'touch', isBare: true },
  { id: 'touch-vm', work: 'touch' },
  { id: 'touch-fixed', work: 'touch', isFixed: true },
  { id: 'memory-bare', work: 'memory', isBare: true },
  { id: 'memory-vm', work: 'memory' },
  { id: 'memory-huge', work: 'memory', setting: 'huge-pages' },
  { id: 'memory-neighbour', work: 'memory', setting: 'neighbour' },
  { id: 'virtio-bare', work: 'disk', isBare: true, way: 'virtio' },
  { id: 'virtio-vm', work: 'disk', way: 'virtio' },
  { id: 'virtio-each', work: 'disk', way: 'virtio', hearsOfEach: true },
  { id: 'virtio-whole', work: 'disk', way: 'passed-virtio' },
  { id: 'dma-bare', work: 'disk', isBare: true, way: 'emulated-dma' },
  { id: 'dma-vm', work: 'disk', way: 'emulated-dma' },
  { id: 'dma-whole', work: 'disk', way: 'passed-through' },
  { id: 'pio-bare', work: 'disk', isBare: true, way: 'emulated-pio' },
  { id: 'pio-vm', work: 'disk', way: 'emulated-pio' },
];
export const OVERHEAD_RUN_IDS: readonly string[] = OVERHEAD_RUNS.map(({ id }) => id);

/**
 * Where the time of a run went; together they are all of it. Cycles of the processor: the instructions, the entries of page tables that
 * walks read (the guest's, or the only ones; the host's), and what else takes it longer. Exits, by what they are for. Then the time in
 * which it could have run, but did not, and that in which it waited for its disk.
 */
export const OVERHEAD_PARTS = [
  'instructions',
  'walks',
  'hostWalks',
  'processor',
  'memoryExits',
  'deviceExits',
  'interruptExits',
  'waitExits',
  'otherExits',
  'scheduling',
  'waiting',
] as const;
export type OverheadPart = (typeof OVERHEAD_PARTS)[number];

/**
 * What is measured of a VM: one row a metric, which says what is counted where. The hypervisor reads it there
 * (`hypervisor/monitor/measures.ts`) and keeps samples, the views carry them, charts, tables and the command line show them.
 * Its texts are `metric.<id>` and, where the number comes from, `metricSource.<id>`.
 */

import type { ExitReasonId } from './exit-reasons.ts';

/** What is counted of a VM's memory: frames, and pages by their state. */
export type MemoryCount =
  | 'dataFrames'
  | 'tableFrames'
  | 'sharedPages'
  | 'balloonedPages'
  | 'swappedPages'
  | 'dirtyPages'
  | 'compressedPages'
  | 'swappedIn'
  | 'swappedOut';

/** What is counted of disks: requests that are in flight, and those that were merged with a neighbour. */
export type DiskCount = 'inFlight' | 'merges';

/** What pressure is counted of: how much of what could have been done was not, for want of a resource. */
export type StallClock = `${'cpu' | 'memory' | 'io'}-${'some' | 'full'}`;

/** Which count of which part of a VM. */
export type MetricSource =
  /** Exits for one reason, over all vCPUs. */
  | { readonly of: 'exits'; readonly reason: ExitReasonId }
  /** Over all vCPUs, and over all reasons where exits are meant. */
  | {
      readonly of: 'vcpus';
      readonly count: 'runNs' | 'stealNs' | 'blockedNs' | 'instructions' | 'exitCounts' | 'exitCostNs';
    }
  /** Frames or pages, told as bytes. */
  | { readonly of: 'memory'; readonly count: MemoryCount }
  /** Over all virtio devices of a kind: a counter of its `metrics.ts`. */
  | { readonly of: 'devices'; readonly kind: string; readonly count: string }
  | { readonly of: 'console'; readonly count: 'written' }
  /** Time in which its vCPUs waited for an interrupt, and its pressure, by resource and kind. */
  | { readonly of: 'stalls'; readonly count: 'haltNs' | StallClock }
  /** Of its disks at the physical disks on which they lie. */
  | { readonly of: 'storage'; readonly count: DiskCount }
  /** Of requests to its disks that were done lately: so many of a hundred took no longer. */
  | { readonly of: 'latency'; readonly percent: number }
  /** Of what others asked of it over its cards: how often and for how long it answered, and how long it took lately. */
  | { readonly of: 'answers'; readonly count: 'count' | 'totalNs' | 'meanNs' }
  /** Of its balloon: what is wanted of the guest, and what the guest tells; 0 without one. In bytes. */
  | { readonly of: 'balloon'; readonly count: 'target' | 'free' | 'available' };

/** A metric. Its name follows Prometheus' conventions: what is measured, of what, the base unit, `_total` of a counter. */
export interface Metric {
  readonly id: string;
  readonly name: string;
  /** `counter`: only grows while the VM exists; `level`: the value at the instant. */
  readonly kind: 'counter' | 'level';
  /** Of the values that are kept. Counted nanoseconds are time of vCPUs; a ratio is a part of one. */
  readonly unit: 'ns' | 'bytes' | 'count' | 'ratio';
  /** Has a chart among those of all VMs. */
  readonly charted: boolean;
  /** Where one name has several rows: what tells this one from the others. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** A metric that is read where its row says. */
export interface CountedMetric extends Metric {
  readonly source: MetricSource;
}

/** The position is that of a value in samples: new rows go to the end. */
export const METRICS = [
  {
    id: 'cpu',
    name: 'vm_cpu_seconds_total',
    kind: 'counter',
    unit: 'ns',
    charted: true,
    source: { of: 'vcpus', count: 'runNs' },
  },
  {
    id: 'steal',
    name: 'vm_cpu_steal_seconds_total',
    kind: 'counter',
    unit: 'ns',
    charted: true,
    source: { of: 'vcpus', count: 'stealNs' },
  },
  {
    id: 'memory',
    name: 'vm_memory_bytes',
    kind: 'level',
    unit: 'bytes',
    charted: true,
    source: { of: 'memory', count: 'dataFrames' },
  },
  {
    id: 'tables',
    name: 'vm_page_table_bytes',
    kind: 'level',
    unit: 'bytes',
    charted: false,
    source: { of: 'memory', count: 'tableFrames' },
  },
  {
    id: 'exits',
    name: 'vm_exits_total',
    kind: 'counter',
    unit: 'count',
    charted: true,
    source: { of: 'vcpus', count: 'exitCounts' },
  },
  {
    id: 'exit-cost',
    name: 'vm_exit_seconds_total',
    kind: 'counter',
    unit: 'ns',
    charted: false,
    source: { of: 'vcpus', count: 'exitCostNs' },
  },
  {
    id: 'disk-read',
    name: 'vm_disk_read_bytes_total',
    kind: 'counter',
    unit: 'bytes',
    charted: true,
    source: { of: 'devices', kind: 'block', count: 'bytesRead' },
  },
  {
    id: 'disk-write',
    name: 'vm_disk_written_bytes_total',
    kind: 'counter',
    unit: 'bytes',
    charted: true,
    source: { of: 'devices', kind: 'block', count: 'bytesWritten' },
  },
  {
    id: 'net-rx',
    name: 'vm_network_receive_bytes_total',
    kind: 'counter',
    unit: 'bytes',
    charted: true,
    source: { of: 'devices', kind: 'net', count: 'bytesIn' },
  },
  {
    id: 'net-tx',
    name: 'vm_network_transmit_bytes_total',
    kind: 'counter',
    unit: 'bytes',
    charted: true,
    source: { of: 'devices', kind: 'net', count: 'bytesOut' },
  },
  {
    id: 'instructions',
    name: 'vm_instructions_total',
    kind: 'counter',
    unit: 'count',
    charted: false,
    source: { of: 'vcpus', count: 'instructions' },
  },
  {
    id: 'console',
    name: 'vm_console_bytes_total',
    kind: 'counter',
    unit: 'bytes',
    charted: false,
    source: { of: 'console', count: 'written' },
  },
  {
    id: 'blocked',
    name: 'vm_cpu_blocked_seconds_total',
    kind: 'counter',
    unit: 'ns',
    charted: false,
    source: { of: 'vcpus', count: 'blockedNs' },
  },
  {
    id: 'shared',
    name: 'vm_memory_shared_bytes',
    kind: 'level',
    unit: 'bytes',
    charted: false,
    source: { of: 'memory', count: 'sharedPages' },
  },
  {
    id: 'ballooned',
    name: 'vm_memory_ballooned_bytes',
    kind: 'level',
    unit: 'bytes',
    charted: false,
    source: { of: 'memory', count: 'balloonedPages' },
  },
  {
    id: 'swapped',
    name: 'vm_memory_swapped_bytes',
    kind: 'level',
    unit: 'bytes',
    charted: false,
    source: { of: 'memory', count: 'swappedPages' },
  },
  {
    id: 'dirty',
    name: 'vm_memory_dirty_bytes',
    kind: 'level',
    unit: 'bytes',
    charted: false,
    source: { of: 'memory', count: 'dirtyPages' },
  },
  {
    id: 'compressed',
    name: 'vm_memory_compressed_bytes',
    kind: 'level',
    unit: 'bytes',
    charted: false,
    source: { of: 'memory', count: 'compressedPages' },
  },
  {
    id: 'swap-in',
    name: 'vm_memory_swap_in_bytes_total',
    kind: 'counter',
    unit: 'bytes',
    charted: false,
    source: { of: 'memory', count: 'swappedIn' },
  },
  {
    id: 'swap-out',
    name: 'vm_memory_swap_out_bytes_total',
    kind: 'counter',
    unit: 'bytes',
    charted: false,
    source: { of: 'memory', count: 'swappedOut' },
  },
  {
    id: 'balloon-target',
    name: 'vm_memory_balloon_target_bytes',
    kind: 'level',
    unit: 'bytes',
    charted: false,
    source: { of: 'balloon', count: 'target' },
  },
  {
    id: 'guest-free',
    name: 'vm_guest_memory_free_bytes',
    kind: 'level',
    unit: 'bytes',
    charted: false,
    source: { of: 'balloon', count: 'free' },
  },
  {
    id: 'guest-available',
    name: 'vm_guest_memory_available_bytes',
    kind: 'level',
    unit: 'bytes',
    charted: false,
    source: { of: 'balloon', count: 'available' },
  },
  {
    id: 'disk-in-flight',
    name: 'vm_disk_requests_in_flight',
    kind: 'level',
    unit: 'count',
    charted: false,
    source: { of: 'storage', count: 'inFlight' },
  },
  {
    id: 'disk-merges',
    name: 'vm_disk_merged_requests_total',
    kind: 'counter',
    unit: 'count',
    charted: false,
    source: { of: 'storage', count: 'merges' },
  },
  {
    id: 'disk-p50',
    name: 'vm_disk_latency_p50_seconds',
    kind: 'level',
    unit: 'ns',
    charted: true,
    source: { of: 'latency', percent: 50 },
  },
  {
    id: 'disk-p95',
    name: 'vm_disk_latency_p95_seconds',
    kind: 'level',
    unit: 'ns',
    charted: true,
    source: { of: 'latency', percent: 95 },
  },
  {
    id: 'disk-p99',
    name: 'vm_disk_latency_p99_seconds',
    kind: 'level',
    unit: 'ns',
    charted: true,
    source: { of: 'latency', percent: 99 },
  },
] as const;
/** Metrics that every host measures. */
export type MetricId = (typeof METRICS)[number]['id'];
/** A value of each; a host that measures more has more of them. */
export type MetricValues = Readonly<Record<MetricId, number>>;

/** How a person reads a metric: a level in its unit, a counter per second of virtual time; time per time is a share. */
export type Reading = 'share' | 'duration' | 'bytes' | 'byte-rate' | 'count' | 'per-second';

export function readingOf({ kind, unit }: Pick<Metric, 'kind' | 'unit'>): Reading {
  switch (unit) {
    case 'ns':
      return kind === 'level' ? 'duration' : 'share';
    case 'bytes':
      return kind === 'level' ? 'bytes' : 'byte-rate';
    case 'count':
      return kind === 'level' ? 'count' : 'per-second';
    case 'ratio':
      return 'share';
  }
}

/** True where what several VMs have is a sum; of how long something takes it is the longest. */
export function addsUp(reading: Reading): boolean {
  return reading !== 'duration';
}

const NS_PER_S = 1e9;

/** What is read of a metric at the end of a span of `ns`: the level, or by how much it has grown a second. */
export function readingAt(
  metric: Pick<Metric, 'kind' | 'unit'>,
  before: number,
  at: number,
  ns: number,
): number {
  if (metric.kind === 'level') return at;
  return metric.unit === 'ns' ? (at - before) / ns : ((at - before) * NS_PER_S) / ns;
}

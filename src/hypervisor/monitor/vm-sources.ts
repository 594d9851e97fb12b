/**
 * Where the metrics of a VM are counted, and what reads there. All that is counted in one place is read in one pass: samples are taken
 * while caches are full of what guests do, and then each function and each object that has to come costs more than what it does.
 */
import { PAGE_SIZE } from '#base/addresses';
import { EXIT_INDEX } from '#base/catalogue/exit-reasons';
import type { DiskCount, MemoryCount, MetricSource } from '#base/catalogue/metrics';
import type { Balloon } from '#machine/devices/virtio/balloon/balloon';
import { BLOCK_KIND } from '#machine/devices/virtio/block/kind';
import { NET_KIND } from '#machine/devices/virtio/net/kind';
import type { DeviceCounters } from '../io/counting.ts';
import { VCPU_COUNTS } from '../vcpu/account.ts';
import type { Answers } from './answers.ts';
import { STALL_CLOCKS, type Stalls } from './pressure/stalls.ts';

/** What of a vCPU is measured. */
export interface MeasuredVcpu {
  /** In the order of `VCPU_COUNTS`. */
  readonly counted: Float64Array;
  readonly exitCounts: Float64Array;
}

/** What of a VM is measured. */
export interface MeasuredVm {
  readonly vcpus: readonly MeasuredVcpu[];
  readonly memory: Readonly<Record<MemoryCount, number>>;
  readonly devices: {
    readonly counting: Pick<DeviceCounters, 'changes' | 'has'>;
    /** What its devices of a kind have counted together. */
    counted(kind: string, counter: string): number;
    /** The same counter by counter. */
    count(kind: string, counters: readonly string[], into: Float64Array): void;
    readonly storage: {
      counted(count: DiskCount): number;
      latency(percent: number): number;
      streams(): readonly unknown[];
    };
    readonly balloon: Pick<Balloon, 'targetPages' | 'statistics'> | undefined;
  };
  readonly console: { readonly written: number };
  readonly stalls: Pick<Stalls, 'read'>;
  readonly answers: Pick<Answers, 'count' | 'totalNs' | 'meanNs'>;
}

/** Reads what is counted in a place: each value to its own place among those read. */
type ReadSource = (vm: MeasuredVm, into: Float64Array) => void;

/** What reads several metrics that are counted in one place, and by metric: where among the values its own is. */
export interface SourceReader {
  readonly read: ReadSource;
  /** Where a VM has nothing that counts there, nor will before devices of it come or go, all of it is 0. */
  readonly isThere?: (vm: MeasuredVm) => boolean;
  readonly places: readonly number[];
}

/** Where values are put for a moment; no source has more. */
export const READ: Float64Array = new Float64Array(64);

/** Metrics with the same key are read together. */
export function sourceKey(source: MetricSource): string {
  return source.of === 'devices' ? `${source.of} ${source.kind}` : source.of;
}

/** What reads metrics of sources of one key. */
export function sourceReader(sources: readonly MetricSource[]): SourceReader {
  const [first] = sources;
  switch (first?.of) {
    case 'vcpus':
      return among(VCPU_COUNTS, readVcpus, sources);
    case 'memory':
      return among(MEMORY_COUNTS, readMemory, sources);
    case 'stalls':
      return among(['haltNs', ...STALL_CLOCKS], ({ stalls }, into) => stalls.read(into), sources);
    case 'balloon':
      return { ...among(['target', 'free', 'available'], readBalloon, sources), isThere: hasBalloon };
    case 'answers':
      return { ...among(['count', 'totalNs', 'meanNs'], readAnswers, sources), isThere: mayAnswer };
    case 'console':
      return among(['written'], readConsole, sources);
    case 'devices': {
      const { kind } = first;
      const counters = sources.map(countIn);
      const reader = inOrder(sources, ({ devices }, into) => devices.count(kind, counters, into));
      return { ...reader, isThere: ({ devices }) => devices.counting.has(kind) };
    }
    case 'exits':
      return inOrder(sources, readExits(sources.map((source) => EXIT_INDEX[(source as OfExits).reason])));
    case 'storage':
      return { ...among(DISK_COUNTS, readStorage, sources), isThere: hasDisks };
    case 'latency': {
      const percents = sources.map((source) => (source as OfLatency).percent);
      return { ...inOrder(sources, readLatency(percents)), isThere: hasDisks };
    }
    case undefined:
      return { read: () => undefined, places: [] };
  }
}

type OfExits = MetricSource & { readonly of: 'exits' };
type OfLatency = MetricSource & { readonly of: 'latency' };

function among(counts: readonly string[], read: ReadSource, sources: readonly MetricSource[]): SourceReader {
  return { read, places: sources.map((source) => counts.indexOf(countIn(source))) };
}
function inOrder(sources: readonly MetricSource[], read: ReadSource): SourceReader {
  return { read, places: [...sources.keys()] };
}
function countIn(source: MetricSource): string {
  return 'count' in source ? source.count : '';
}

function readVcpus({ vcpus }: MeasuredVm, into: Float64Array): void {
  for (let n = 0; n < VCPU_COUNTS.length; n++) into[n] = 0;
  for (let vcpu = 0; vcpu < vcpus.length; vcpu++) {
    const { counted } = vcpus[vcpu]!;
    for (let n = 0; n < VCPU_COUNTS.length; n++) into[n]! += counted[n]!;
  }
}

function readExits(reasons: readonly number[]): ReadSource {
  return ({ vcpus }, into) => {
    for (let n = 0; n < reasons.length; n++) {
      let sum = 0;
      for (let vcpu = 0; vcpu < vcpus.length; vcpu++) sum += vcpus[vcpu]!.exitCounts[reasons[n]!]!;
      into[n] = sum;
    }
  };
}

const MEMORY_COUNTS: readonly MemoryCount[] = [
  ...(['dataFrames', 'tableFrames', 'sharedPages', 'balloonedPages', 'swappedPages', 'dirtyPages'] as const),
  ...(['compressedPages', 'swappedIn', 'swappedOut'] as const),
];
/** Each by its name: a field that is read by a variable takes ten times as long. */
function readMemory({ memory }: MeasuredVm, into: Float64Array): void {
  into[0] = memory.dataFrames * PAGE_SIZE;
  into[1] = memory.tableFrames * PAGE_SIZE;
  into[2] = memory.sharedPages * PAGE_SIZE;
  into[3] = memory.balloonedPages * PAGE_SIZE;
  into[4] = memory.swappedPages * PAGE_SIZE;
  into[5] = memory.dirtyPages * PAGE_SIZE;
  into[6] = memory.compressedPages * PAGE_SIZE;
  into[7] = memory.swappedIn * PAGE_SIZE;
  into[8] = memory.swappedOut * PAGE_SIZE;
}

function hasBalloon({ devices: { balloon } }: MeasuredVm): boolean {
  return balloon !== undefined;
}
function readBalloon({ devices: { balloon } }: MeasuredVm, into: Float64Array): void {
  into[0] = (balloon?.targetPages ?? 0) * PAGE_SIZE;
  into[1] = balloon?.statistics.free ?? 0;
  into[2] = balloon?.statistics.available ?? 0;
}

function readConsole({ console: { written } }: MeasuredVm, into: Float64Array): void {
  into[0] = written;
}

/** It has cards, or has had some. */
function mayAnswer({ devices, answers }: MeasuredVm): boolean {
  return devices.counting.has(NET_KIND.id) || answers.count > 0 || answers.meanNs > 0;
}
function readAnswers({ answers }: MeasuredVm, into: Float64Array): void {
  into[0] = answers.count;
  into[1] = answers.totalNs;
  into[2] = answers.meanNs;
}

const DISK_COUNTS: readonly DiskCount[] = ['inFlight', 'merges'];
function hasDisks({ devices }: MeasuredVm): boolean {
  return devices.counting.has(BLOCK_KIND.id) || devices.storage.streams().length > 0;
}
function readStorage({ devices: { storage } }: MeasuredVm, into: Float64Array): void {
  for (let n = 0; n < DISK_COUNTS.length; n++) into[n] = storage.counted(DISK_COUNTS[n]!);
}
function readLatency(percents: readonly number[]): ReadSource {
  return ({ devices: { storage } }, into) => {
    for (let n = 0; n < percents.length; n++) into[n] = storage.latency(percents[n]!);
  };
}

/** Reads the metrics of the catalogue from what the VM's parts count; what is measured, and where, their rows say. */
import { PAGE_SIZE } from '#base/addresses';
import { EXIT_INDEX } from '#base/catalogue/exit-reasons';
import {
  type CountedMetric,
  type DiskCount,
  METRICS,
  type MemoryCount,
  type Metric,
  type MetricSource,
  type MetricValues,
} from '#base/catalogue/metrics';
import { VM_KEPT } from '#base/catalogue/scoped-metrics';
import type { Balloon } from '#machine/devices/virtio/balloon/balloon';
import type { Allocate } from '../memory/frame-allocator.ts';
import type { Answers } from './answers.ts';
import { Samples } from './metrics.ts';
import { STALL_CLOCKS, type Stalls } from './pressure/stalls.ts';

/** What of a VM is measured. */
export interface MeasuredVm {
  readonly vcpus: readonly {
    readonly runNs: number;
    readonly stealNs: number;
    readonly blockedNs: number;
    readonly instructions: number;
    readonly exitCounts: Float64Array;
    readonly exitCostNs: Float64Array;
  }[];
  readonly memory: Memory;
  readonly devices: {
    counted(kind: string, counter: string): number;
    readonly storage: { counted(count: DiskCount): number; latency(percent: number): number };
    readonly balloon: Pick<Balloon, 'targetPages' | 'statistics'> | undefined;
  };
  readonly console: { readonly written: number };
  readonly stalls: Pick<Stalls, 'haltNs' | 'total'>;
  readonly answers: Pick<Answers, 'count' | 'totalNs' | 'meanNs'>;
}

/** The value of a metric as it is now. */
export type Measure = (vm: MeasuredVm) => number;

/** A metric with what measures it. */
export interface MeasuredMetric extends Metric {
  readonly measure: Measure;
  /** Read from few numbers at hand, so that it is sampled every 10 ms; others every 100 ms. */
  readonly isQuick?: boolean;
  /** Stays as it is while no vCPU of the VM runs. */
  readonly rests?: boolean;
}

/** How the row of a metric is read. */
function measureOf({ source }: CountedMetric): Measure {
  switch (source.of) {
    case 'vcpus':
      return ofVcpus(source.count);
    case 'exits': {
      const row = EXIT_INDEX[source.reason];
      return ({ vcpus }) => {
        let sum = 0;
        for (let n = 0; n < vcpus.length; n++) sum += vcpus[n]!.exitCounts[row]!;
        return sum;
      };
    }
    case 'memory': {
      const of = OF_MEMORY[source.count];
      return ({ memory }) => of(memory) * PAGE_SIZE;
    }
    case 'devices':
      return ({ devices }) => devices.counted(source.kind, source.count);
    case 'balloon':
      return ({ devices: { balloon } }) =>
        source.count === 'target'
          ? (balloon?.targetPages ?? 0) * PAGE_SIZE
          : (balloon?.statistics[source.count] ?? 0);
    case 'storage':
      return ({ devices }) => devices.storage.counted(source.count);
    case 'latency':
      return ({ devices }) => devices.storage.latency(source.percent);
    case 'stalls': {
      const { count } = source;
      if (count === 'haltNs') return ({ stalls }) => stalls.haltNs;
      const clock = STALL_CLOCKS.indexOf(count);
      return ({ stalls }) => stalls.total(clock);
    }
    case 'answers':
      return OF_ANSWERS[source.count];
    case 'console':
      return (vm) => vm.console.written;
  }
}

type Memory = Readonly<Record<MemoryCount, number>>;

/** As with vCPUs, each by its name. */
const OF_MEMORY: Readonly<Record<MemoryCount, (memory: Memory) => number>> = {
  dataFrames: ({ dataFrames }) => dataFrames,
  tableFrames: ({ tableFrames }) => tableFrames,
  sharedPages: ({ sharedPages }) => sharedPages,
  balloonedPages: ({ balloonedPages }) => balloonedPages,
  swappedPages: ({ swappedPages }) => swappedPages,
  dirtyPages: ({ dirtyPages }) => dirtyPages,
  compressedPages: ({ compressedPages }) => compressedPages,
  swappedIn: ({ swappedIn }) => swappedIn,
  swappedOut: ({ swappedOut }) => swappedOut,
};
const OF_ANSWERS: Readonly<Record<'count' | 'totalNs' | 'meanNs', Measure>> = {
  count: ({ answers }) => answers.count,
  totalNs: ({ answers }) => answers.totalNs,
  meanNs: ({ answers }) => answers.meanNs,
};

type VcpuCount = (MetricSource & { readonly of: 'vcpus' })['count'];

/** A count of a vCPU, or the sum of its counts by reason. Each field is read by its name: one read by a variable takes ten times as long. */
export const OF_VCPU: Readonly<Record<VcpuCount, (vcpu: MeasuredVm['vcpus'][number]) => number>> = {
  runNs: ({ runNs }) => runNs,
  stealNs: ({ stealNs }) => stealNs,
  blockedNs: ({ blockedNs }) => blockedNs,
  instructions: ({ instructions }) => instructions,
  exitCounts: ({ exitCounts }) => total(exitCounts),
  exitCostNs: ({ exitCostNs }) => total(exitCostNs),
};

/** Asked of every vCPU at every sample, so it makes nothing. */
function total(counts: Float64Array): number {
  let sum = 0;
  for (let n = 0; n < counts.length; n++) sum += counts[n]!;
  return sum;
}

/** Over all vCPUs: asked a hundred times in a second, of every VM. */
function ofVcpus(count: VcpuCount): Measure {
  const of = OF_VCPU[count];
  return ({ vcpus }) => {
    let sum = 0;
    for (let n = 0; n < vcpus.length; n++) sum += of(vcpus[n]!);
    return sum;
  };
}

/** A row with what reads it. */
export function measured(metric: CountedMetric): MeasuredMetric {
  const { source: _, ...row } = metric;
  const rests = metric.source.of === 'vcpus';
  const isQuick = rests || metric.source.of === 'stalls';
  return { ...row, measure: measureOf(metric), ...(isQuick ? { isQuick, rests } : {}) };
}

/** Every metric of the catalogue of which samples are kept, measured. */
export const MEASURED_METRICS: readonly MeasuredMetric[] = [...METRICS, ...VM_KEPT].map(measured);

/** The value of each as it is now, by id. */
export function measuresOf(metrics: readonly MeasuredMetric[], vm: MeasuredVm): MetricValues {
  return Object.fromEntries(metrics.map(({ id, measure }) => [id, measure(vm)])) as MetricValues;
}

/** Those that are sampled every 10 ms too, in their order: columns of the finest ring. */
export function quickOf(metrics: readonly MeasuredMetric[]): readonly MeasuredMetric[] {
  return metrics.filter(({ isQuick = false }) => isQuick);
}

/** Rings for samples of a VM. */
export function samplesFor(metrics: readonly MeasuredMetric[], allocate: Allocate): Samples {
  return new Samples(metrics, quickOf(metrics), allocate);
}

/** Where each metric of the catalogue is measured: one function a row, which reads what the VM's parts count. */
import { PAGE_SIZE } from '#base/addresses';
import { METRICS, type Metric, type MetricId } from '#base/catalogue/metrics';

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
  readonly memory: { readonly dataFrames: number; readonly tableFrames: number };
  readonly devices: { counted(kind: string, counter: string): number };
  readonly console: { readonly written: number };
}

/** The value of a metric as it is now. */
export type Measure = (vm: MeasuredVm) => number;

/** A row of the catalogue with its function. */
export interface MeasuredMetric extends Metric {
  readonly measure: Measure;
}

function sum<T>(parts: readonly T[], each: (part: T) => number): number {
  return parts.reduce((total, part) => total + each(part), 0);
}

function total(counts: Float64Array): number {
  return counts.reduce((all, count) => all + count, 0);
}

const MEASURES: Readonly<Record<MetricId, Measure>> = {
  cpu: ({ vcpus }) => sum(vcpus, ({ runNs }) => runNs),
  steal: ({ vcpus }) => sum(vcpus, ({ stealNs }) => stealNs),
  memory: ({ memory }) => memory.dataFrames * PAGE_SIZE,
  tables: ({ memory }) => memory.tableFrames * PAGE_SIZE,
  exits: ({ vcpus }) => sum(vcpus, ({ exitCounts }) => total(exitCounts)),
  'exit-cost': ({ vcpus }) => sum(vcpus, ({ exitCostNs }) => total(exitCostNs)),
  'disk-read': ({ devices }) => devices.counted('block', 'bytesRead'),
  'disk-write': ({ devices }) => devices.counted('block', 'bytesWritten'),
  'net-rx': ({ devices }) => devices.counted('net', 'bytesIn'),
  'net-tx': ({ devices }) => devices.counted('net', 'bytesOut'),
  instructions: ({ vcpus }) => sum(vcpus, ({ instructions }) => instructions),
  console: (vm) => vm.console.written,
  blocked: ({ vcpus }) => sum(vcpus, ({ blockedNs }) => blockedNs),
};

/** Every metric of the catalogue, measured. */
export const MEASURED_METRICS: readonly MeasuredMetric[] = METRICS.map((metric) => ({
  ...metric,
  measure: MEASURES[metric.id],
}));

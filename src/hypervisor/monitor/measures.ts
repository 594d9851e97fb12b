/** Reads the metrics of the catalogue from what the VM's parts count; what is measured, and where, their rows say. */
import {
  type CountedMetric,
  METRICS,
  type Metric,
  type MetricSource,
  type MetricValues,
} from '#base/catalogue/metrics';
import { VM_KEPT } from '#base/catalogue/scoped-metrics';
import type { Allocate } from '../memory/frame-allocator.ts';
import { Samples } from './metrics.ts';
import { type MeasuredVm, READ, sourceReader } from './vm-sources.ts';

export type { MeasuredVm } from './vm-sources.ts';

/** The value of a metric as it is now. */
export type Measure = (vm: MeasuredVm) => number;

/** A metric with what measures it. */
export interface MeasuredMetric extends Metric {
  readonly measure: Measure;
  /** Where it is counted: with others that are counted there it is read in one pass. */
  readonly source?: MetricSource;
  /** Read from few numbers at hand, so that it is sampled every 10 ms; others every 100 ms. */
  readonly isQuick?: boolean;
  /** Stays as it is while no vCPU of the VM runs. */
  readonly rests?: boolean;
}

/** A row with what reads it. */
export function measured(metric: CountedMetric): MeasuredMetric {
  const { source, ...row } = metric;
  const { read, places } = sourceReader([source]);
  const measure: Measure = (vm) => {
    read(vm, READ);
    return READ[places[0]!]!;
  };
  const rests = source.of === 'vcpus';
  const isQuick = rests || source.of === 'stalls';
  return { ...row, source, measure, ...(isQuick ? { isQuick, rests } : {}) };
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

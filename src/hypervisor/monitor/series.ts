/**
 * The door to samples for who decides by them or shows them: a metric of a VM or of the host, over a window that ends with the latest
 * sample. Counters are read as rates (time per time is a share of one CPU, others are per second), levels as they are.
 */
import { type Metric, type Reading, readingAt, readingOf } from '#base/catalogue/metrics';
import type { VirtualNs } from '#base/virtual-time';
import type { HostMonitor } from './host-monitor.ts';
import { KEPT, type KeptResolution, type SampleRing, type Samples, TICK_NS } from './metrics.ts';

/** Which metric of what: of the host where no VM is named. */
export interface MetricRef {
  readonly metric: string;
  readonly vm?: string;
  /** Which part of it, for a metric of parts: a vCPU, disk or card by its number, a physical disk by its name, a port as `switch/port`. */
  readonly part?: string;
}

/** Points of a window, oldest first; each is of the time since the one before. */
export interface SeriesWindow {
  readonly periodNs: VirtualNs;
  readonly reading: Reading;
  /** The end of each. */
  readonly atNs: readonly VirtualNs[];
  readonly values: readonly number[];
}

/** What of a host is looked at. */
export interface SampledHost {
  readonly monitor: HostMonitor;
  vm(name: string): { readonly sampled: Samples } | undefined;
}

/** Finest first. */
const RESOLUTIONS_KEPT: readonly KeptResolution[] = ['finest', 'fine', 'coarse'];

/** Of parts the finest is not kept. */
type Rings = Pick<Samples, 'fine' | 'coarse'> & Partial<Pick<Samples, 'finest'>>;

/** The rings that hold a metric; nothing where there is no such VM or part, or no samples are kept of the metric. */
export function samplesOf(host: SampledHost, { metric, vm, part }: MetricRef): Rings | undefined {
  const whole = vm === undefined ? host.monitor.sampled : host.vm(vm)?.sampled;
  const samples = part === undefined ? whole : host.monitor.parts.of(metric, vm, part);
  return samples?.fine.metrics.some(({ id }) => id === metric) === true ? samples : undefined;
}

function columnOf({ metrics }: SampleRing, { metric }: MetricRef): number {
  return metrics.findIndex(({ id }) => id === metric);
}

/** The finest resolution that reaches so far back. */
function resolutionFor(windowNs: VirtualNs, rings: Rings): KeptResolution {
  const reaches = (each: KeptResolution) =>
    windowNs <= ((rings[each]?.kept ?? Number.NEGATIVE_INFINITY) - 1) * KEPT[each].periodNs;
  return RESOLUTIONS_KEPT.find(reaches) ?? 'coarse';
}

/** The samples between two instants, by default the finest that reach back to the first. */
export function seriesOf(
  host: SampledHost,
  ref: MetricRef,
  fromNs: VirtualNs,
  toNs: VirtualNs,
  resolution?: KeptResolution,
): SeriesWindow | undefined {
  const samples = samplesOf(host, ref);
  if (samples === undefined) return undefined;
  const lastTick = host.monitor.nextSampleNs - TICK_NS;
  const wanted = samples[resolution ?? resolutionFor(lastTick - fromNs, samples)];
  // Not all are sampled at the finest.
  const ring = wanted === undefined || columnOf(wanted, ref) < 0 ? samples.fine : wanted;
  const chosen = RESOLUTIONS_KEPT.find((each) => samples[each] === ring)!;
  const { periodNs } = KEPT[chosen];
  const column = columnOf(ring, ref);
  const metric = ring.metrics[column]!;
  const lastNs = Math.floor(lastTick / periodNs) * periodNs;
  const atNs: number[] = [];
  const values: number[] = [];
  // Alarms ask at each sample: nothing before the window is looked at.
  const first = Math.max(oldestOf(ring, metric, ref), ring.count - Math.ceil((lastNs - fromNs) / periodNs));
  for (let n = first; n < ring.count; n++) {
    const at = lastNs - (ring.count - 1 - n) * periodNs;
    if (at > toNs) break;
    atNs.push(at);
    values.push(readingIn(ring, n, column, periodNs));
  }
  return { periodNs, reading: readingOf(metric), atNs, values };
}

/** Average and maximum over the time that ends with the latest sample, or with one before. */
export function metricOver(
  host: SampledHost,
  ref: MetricRef,
  windowNs: VirtualNs,
  to: VirtualNs = host.monitor.nextSampleNs - TICK_NS,
): { readonly average: number; readonly maximum: number } | undefined {
  const found = seriesOf(host, ref, to - Math.max(windowNs, TICK_NS), to);
  if (found === undefined || found.values.length === 0) return undefined;
  let [sum, maximum] = [0, Number.NEGATIVE_INFINITY];
  for (const value of found.values) {
    sum += value;
    maximum = Math.max(maximum, value);
  }
  return { average: sum / found.values.length, maximum };
}

/**
 * The oldest sample that can be read: a rate needs the one before, but for the first of all, before which there was nothing. Parts may
 * be older than their samples.
 */
function oldestOf({ count, kept }: SampleRing, { kind }: Pick<Metric, 'kind'>, { part }: MetricRef): number {
  if (count < kept) return part === undefined || kind === 'level' ? 0 : 1;
  return count - kept + (kind === 'counter' ? 1 : 0);
}

function readingIn(ring: SampleRing, n: number, column: number, periodNs: VirtualNs): number {
  const metric = ring.metrics[column]!;
  const before = metric.kind === 'counter' && n > 0 ? ring.atColumn(n - 1, column) : 0;
  return readingAt(metric, before, ring.atColumn(n, column), periodNs);
}

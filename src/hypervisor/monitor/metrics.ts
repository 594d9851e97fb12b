/**
 * What is measured per VM: a table of counters that only grow and levels, and a ring of their values every 100 ms of
 * virtual time. Rates are differences of neighbours; whoever draws them computes them.
 */
import type { StateReader, StateWriter } from '#base/state-codec';
import { SnapshotFormatError } from '#base/state-codec';
import type { VirtualNs } from '#base/virtual-time';
import type { Allocate } from '../memory/frame-allocator.ts';

/** `counter`: monotone since the VM's creation; `level`: the value at the instant. */
export const METRICS = [
  { id: 'cpu', kind: 'counter', unit: 'ns', source: 'run time of its vCPUs on harts' },
  { id: 'steal', kind: 'counter', unit: 'ns', source: 'time its vCPUs were ready but had no hart' },
  { id: 'memory', kind: 'level', unit: 'bytes', source: 'frames of its RAM (frame allocator)' },
  { id: 'tables', kind: 'level', unit: 'bytes', source: 'frames of its G-stage tables' },
  { id: 'exits', kind: 'counter', unit: 'count', source: 'exit counters of its vCPUs' },
  { id: 'exit-cost', kind: 'counter', unit: 'ns', source: 'virtual time charged for its exits' },
  { id: 'disk-read', kind: 'counter', unit: 'bytes', source: 'virtio-blk: bytes read' },
  { id: 'disk-write', kind: 'counter', unit: 'bytes', source: 'virtio-blk: bytes written' },
  { id: 'net-rx', kind: 'counter', unit: 'bytes', source: 'virtio-net: bytes received' },
  { id: 'net-tx', kind: 'counter', unit: 'bytes', source: 'virtio-net: bytes sent' },
  { id: 'instructions', kind: 'counter', unit: 'count', source: 'instructions retired by its vCPUs' },
  { id: 'console', kind: 'counter', unit: 'bytes', source: 'bytes written to its console' },
] as const;
export type MetricId = (typeof METRICS)[number]['id'];
/** A value per metric. */
export type MetricValues = Readonly<Record<MetricId, number>>;

/** One sample every 100 ms; a minute and a half is kept. */
export const SAMPLE_PERIOD_NS: VirtualNs = 100_000_000;
export const SAMPLES_KEPT = 960;

const WIDTH: number = METRICS.length;

/** Samples of one VM: sample n lies in row n modulo {@link SAMPLES_KEPT}. */
export class SampleRing {
  readonly values: Float64Array;
  #count = 0;

  constructor(allocate: Allocate) {
    this.values = new Float64Array(allocate(SAMPLES_KEPT * WIDTH * 8));
  }

  /** Samples taken so far. */
  get count(): number {
    return this.#count;
  }
  /** Takes a sample. */
  add(values: MetricValues): void {
    const at = (this.#count % SAMPLES_KEPT) * WIDTH;
    for (let column = 0; column < WIDTH; column++) this.values[at + column] = values[METRICS[column]!.id];
    this.#count += 1;
  }
  /** Value of a metric in sample `n`, which must not be older than {@link SAMPLES_KEPT}. */
  at(n: number, metric: MetricId): number {
    return this.values[(n % SAMPLES_KEPT) * WIDTH + METRICS.findIndex(({ id }) => id === metric)] ?? 0;
  }

  save(w: StateWriter): void {
    w.integer(this.#count);
    const filled = Math.min(this.#count, SAMPLES_KEPT) * WIDTH;
    for (let at = 0; at < filled; at++) w.integer(this.values[at]!);
  }
  load(r: StateReader): void {
    this.#count = r.integer();
    if (this.#count < 0) throw new SnapshotFormatError('a negative number of samples');
    const filled = Math.min(this.#count, SAMPLES_KEPT) * WIDTH;
    for (let at = 0; at < filled; at++) this.values[at] = r.integer();
  }
}

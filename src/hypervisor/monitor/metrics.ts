/**
 * Samples of a VM's metrics (`base/catalogue/metrics.ts`): a ring of their values every 100 ms of virtual time. Rates are
 * differences of neighbours; whoever draws them computes them.
 */
import type { Metric } from '#base/catalogue/metrics';
import type { StateReader, StateWriter } from '#base/state-codec';
import { SnapshotFormatError } from '#base/state-codec';
import type { VirtualNs } from '#base/virtual-time';
import type { Allocate } from '../memory/frame-allocator.ts';

/** One sample every 100 ms; a minute and a half is kept. */
export const SAMPLE_PERIOD_NS: VirtualNs = 100_000_000;
export const SAMPLES_KEPT = 960;

/** Samples of one VM: sample n lies in row n modulo {@link SAMPLES_KEPT}. */
export class SampleRing {
  readonly values: Float64Array;
  readonly metrics: readonly Metric[];
  #count = 0;

  constructor(metrics: readonly Metric[], allocate: Allocate) {
    this.metrics = metrics;
    this.values = new Float64Array(allocate(SAMPLES_KEPT * metrics.length * 8));
  }

  /** Samples taken so far. */
  get count(): number {
    return this.#count;
  }
  /** Takes a sample: a value of each metric, by its id. */
  add(values: Readonly<Record<string, number>>): void {
    const at = (this.#count % SAMPLES_KEPT) * this.metrics.length;
    for (const [column, { id }] of this.metrics.entries()) this.values[at + column] = values[id] ?? 0;
    this.#count += 1;
  }
  /** Value of a metric in sample `n`, which must not be older than {@link SAMPLES_KEPT}. */
  at(n: number, metric: string): number {
    const column = this.metrics.findIndex(({ id }) => id === metric);
    return column < 0 ? 0 : (this.values[(n % SAMPLES_KEPT) * this.metrics.length + column] ?? 0);
  }

  save(w: StateWriter): void {
    w.integer(this.#count);
    const filled = Math.min(this.#count, SAMPLES_KEPT) * this.metrics.length;
    for (let at = 0; at < filled; at++) w.integer(this.values[at]!);
  }
  load(r: StateReader): void {
    this.#count = r.integer();
    if (this.#count < 0) throw new SnapshotFormatError('a negative number of samples');
    const filled = Math.min(this.#count, SAMPLES_KEPT) * this.metrics.length;
    for (let at = 0; at < filled; at++) this.values[at] = r.integer();
  }
}

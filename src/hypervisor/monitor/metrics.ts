/**
 * Samples of a VM's metrics (`base/catalogue/metrics.ts`): a ring of their values every 100 ms of virtual time. Rates are
 * differences of neighbours; whoever draws them computes them.
 */
import type { Metric } from '#base/catalogue/metrics';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { integer, integers, list, text, upTo } from '#base/state/types';
import { RESOLUTIONS } from '#base/views';
import type { VirtualNs } from '#base/virtual-time';
import type { Allocate } from '../memory/frame-allocator.ts';

/** Of the event at which samples of all VMs of a host are taken. */
export const SAMPLE_CHANNEL = 'sample';
/** One sample every 100 ms; a minute and a half is kept. */
export const SAMPLE_PERIOD_NS: VirtualNs = RESOLUTIONS.fine.periodNs;
export const SAMPLES_KEPT: number = RESOLUTIONS.fine.samples;

/** The samples of one metric that are kept, oldest first. */
interface ColumnState {
  readonly metric: string;
  readonly values: Float64Array;
}
export interface SamplesState {
  readonly count: number;
  readonly columns: readonly ColumnState[];
}
export const SAMPLES: Declaration<SamplesState> = declare('samples', {
  count: integer,
  columns: list(
    declare<ColumnState>('samples of a metric', { metric: text(64), values: integers(upTo(SAMPLES_KEPT)) }),
    upTo(256),
  ),
});

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

  capture(): SamplesState {
    const kept = Math.min(this.#count, SAMPLES_KEPT);
    const width = this.metrics.length;
    const columns = this.metrics.map(({ id }, column) => {
      const values = new Float64Array(kept);
      for (let n = 0; n < kept; n++)
        values[n] = this.values[((this.#count - kept + n) % SAMPLES_KEPT) * width + column]!;
      return { metric: id, values };
    });
    return { count: this.#count, columns };
  }
  /** What was not measured then is 0. */
  restore({ count, columns }: SamplesState): void {
    if (count < 0) throw new SnapshotFormatError('a negative number of samples');
    const kept = Math.min(count, SAMPLES_KEPT);
    const width = this.metrics.length;
    this.#count = count;
    this.values.fill(0);
    for (const { metric, values } of columns) {
      const column = this.metrics.findIndex(({ id }) => id === metric);
      if (column < 0) throw new SnapshotFormatError(`no metric ${JSON.stringify(metric)}`);
      if (values.length !== kept) throw new SnapshotFormatError(`${values.length} samples of ${metric}`);
      for (let n = 0; n < kept; n++)
        this.values[((count - kept + n) % SAMPLES_KEPT) * width + column] = values[n]!;
    }
  }
}

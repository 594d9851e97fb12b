/**
 * Samples of metrics (`base/catalogue/`): rings of their values every 10 ms, 100 ms and second of virtual time, each bounded. Rates are
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
/** What is kept: two and a half seconds, a minute and a half, eight and a half minutes. Every period is a multiple of the first. */
export const KEPT: Readonly<
  Record<'finest' | 'fine' | 'coarse', { readonly periodNs: VirtualNs; readonly samples: number }>
> = {
  finest: { periodNs: 10_000_000, samples: 256 },
  fine: RESOLUTIONS.fine,
  coarse: { periodNs: RESOLUTIONS.coarse.periodNs, samples: 512 },
};
export type KeptResolution = keyof typeof KEPT;
/** From one sample to the next. */
export const TICK_NS: VirtualNs = KEPT.finest.periodNs;

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

/** Nothing was sampled so. */
export const NO_SAMPLES: SamplesState = { count: 0, columns: [] };

/** A metric, as far as its samples are concerned. */
export type SampledMetric = Pick<Metric, 'id' | 'kind' | 'unit'>;

/** Samples of one thing at one resolution: sample n lies in row n modulo the number that is kept. */
export class SampleRing {
  readonly values: Float64Array;
  readonly metrics: readonly SampledMetric[];
  /** So many are kept. */
  readonly kept: number;
  #count = 0;

  constructor(metrics: readonly SampledMetric[], allocate: Allocate, kept: number = SAMPLES_KEPT) {
    this.metrics = metrics;
    this.kept = kept;
    this.values = new Float64Array(allocate(kept * metrics.length * 8));
  }

  /** Samples taken so far. */
  get count(): number {
    return this.#count;
  }
  /** Begins a sample; the result is where its values are to be written, one of each metric, in their order. */
  next(): number {
    const row = (this.#count % this.kept) * this.metrics.length;
    this.#count += 1;
    return row;
  }
  /** Where the values of the latest sample lie. */
  get latest(): number {
    return ((this.#count + this.kept - 1) % this.kept) * this.metrics.length;
  }
  /** Takes the same sample as another ring of the same metrics has taken last, or this one itself. */
  take({ values, latest }: SampleRing): void {
    const row = this.next();
    // Few numbers: to set them all at once takes longer to begin than to do.
    for (let column = 0; column < this.metrics.length; column++)
      this.values[row + column] = values[latest + column]!;
  }
  /** Value of a metric in sample `n`, which must not be older than what is kept. */
  at(n: number, metric: string): number {
    return this.atColumn(
      n,
      this.metrics.findIndex(({ id }) => id === metric),
    );
  }
  /** The same by the metric's position; 0 for none. */
  atColumn(n: number, column: number): number {
    return column < 0 ? 0 : (this.values[(n % this.kept) * this.metrics.length + column] ?? 0);
  }

  capture(): SamplesState {
    const kept = Math.min(this.#count, this.kept);
    const width = this.metrics.length;
    const columns = this.metrics.map(({ id }, column) => {
      const values = new Float64Array(kept);
      for (let n = 0; n < kept; n++)
        values[n] = this.values[((this.#count - kept + n) % this.kept) * width + column]!;
      return { metric: id, values: isConstant(values) ? values.subarray(0, 1) : values };
    });
    return { count: this.#count, columns };
  }
  /** What was not measured then is 0. */
  restore({ count, columns }: SamplesState): void {
    if (count < 0) throw new SnapshotFormatError('a negative number of samples');
    const kept = Math.min(count, this.kept);
    const width = this.metrics.length;
    this.#count = count;
    this.values.fill(0);
    for (const { metric, values } of columns) {
      const column = this.metrics.findIndex(({ id }) => id === metric);
      if (column < 0) throw new SnapshotFormatError(`no metric ${JSON.stringify(metric)}`);
      if (values.length !== kept && values.length !== 1)
        throw new SnapshotFormatError(`${values.length} samples of ${metric}`);
      for (let n = 0; n < kept; n++)
        this.values[((count - kept + n) % this.kept) * width + column] = values[n] ?? values[0]!;
    }
  }
}

/** Most metrics of most VMs are: a state holds one value of such. */
function isConstant(values: Float64Array): boolean {
  return values.every((value) => value === values[0]);
}

export interface AllSamplesState {
  /** Of every 100 ms. */
  readonly samples: SamplesState;
  readonly finest: SamplesState;
  readonly coarse: SamplesState;
}

const UNKNOWN = -1;
function nothingIsOwed(): void {}

/** The samples of one thing at all resolutions. */
export class Samples {
  readonly fine: SampleRing;
  readonly coarse: SampleRing;
  /** Since the latest sample it may have run: what changes only then need not be read otherwise. */
  mayHaveRun = true;
  /** The finest, as far as they are written. */
  readonly written: SampleRing;
  /** What is read of it at 100 ms (`vm-reader.ts`), as long as its devices have changed so often. */
  readonly sources: { passes: number; changes: number } = { passes: 0, changes: UNKNOWN };
  /** The instant up to which they are. */
  writtenNs: VirtualNs = 0;
  /** Writes the others that are due: nothing has changed since but the time. */
  settle: () => void = nothingIsOwed;

  /** @param quick those that are sampled at the finest resolution too */
  constructor(metrics: readonly SampledMetric[], quick: readonly SampledMetric[], allocate: Allocate) {
    this.written = new SampleRing(quick, allocate, KEPT.finest.samples);
    this.fine = new SampleRing(metrics, allocate, KEPT.fine.samples);
    this.coarse = new SampleRing(metrics, allocate, KEPT.coarse.samples);
  }

  /** With every sample up to the latest. */
  get finest(): SampleRing {
    this.settle();
    return this.written;
  }

  capture(): AllSamplesState {
    return {
      samples: this.fine.capture(),
      finest: this.finest.capture(),
      coarse: this.coarse.capture(),
    };
  }
  restore({ samples, finest, coarse }: AllSamplesState): void {
    this.fine.restore(samples);
    this.finest.restore(finest);
    this.coarse.restore(coarse);
    this.mayHaveRun = true;
    this.sources.changes = UNKNOWN;
  }
}

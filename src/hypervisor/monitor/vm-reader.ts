/** Reads metrics of a VM for a sample, source by source (`vm-sources.ts`). */
import type { MeasuredMetric, MeasuredVm } from './measures.ts';
import { READ, type SourceReader, sourceKey, sourceReader } from './vm-sources.ts';

/** Metrics that are read in one pass: where among what is read the value of each lies, and in which column of samples it goes. */
interface Pass {
  readonly read: (vm: MeasuredVm, into: Float64Array) => void;
  readonly isThere: ((vm: MeasuredVm) => boolean) | undefined;
  readonly places: Int32Array;
  readonly columns: Int32Array;
}

export class VmReader {
  readonly #passes: readonly Pass[];

  /** @param metrics the columns of a sample, of which those are read that are wanted */
  constructor(metrics: readonly MeasuredMetric[], isWanted: (metric: MeasuredMetric) => boolean) {
    const bySource = new Map<string, number[]>();
    for (const [column, metric] of metrics.entries()) {
      if (!isWanted(metric)) continue;
      const key = metric.source === undefined ? metric.id : sourceKey(metric.source);
      bySource.set(key, [...(bySource.get(key) ?? []), column]);
    }
    this.#passes = [...bySource.values()].map((columns) => passOf(metrics, columns));
  }

  /** Writes the values of a VM into a sample that begins at `row`. */
  read(vm: MeasuredVm, values: Float64Array, row: number): void {
    for (let n = 0; n < this.#passes.length; n++) readPass(this.#passes[n]!, vm, values, row);
  }

  /** The passes in which something is read of a VM, one bit of each, until devices of it come or go; all else is 0. */
  passesOf(vm: MeasuredVm): number {
    let bits = 0;
    for (const [n, { isThere }] of this.#passes.entries()) if (isThere?.(vm) ?? true) bits |= 1 << n;
    return bits;
  }
  /**
   * Writes what those passes read of many VMs, and 0 for the others, each into its sample: pass by pass, so that a processor fetches what
   * several VMs have counted at once, as each is far from its caches.
   */
  readAll(
    vms: readonly MeasuredVm[],
    passes: Int32Array,
    values: readonly Float64Array[],
    rows: Int32Array,
  ): void {
    for (let at = 0; at < this.#passes.length; at++) {
      const pass = this.#passes[at]!;
      for (let n = 0; n < vms.length; n++)
        if ((passes[n]! & (1 << at)) !== 0) readPass(pass, vms[n]!, values[n]!, rows[n]!);
        else clear(pass, values[n]!, rows[n]!);
    }
  }
}

function readPass({ read, places, columns }: Pass, vm: MeasuredVm, values: Float64Array, row: number): void {
  read(vm, READ);
  for (let each = 0; each < columns.length; each++) values[row + columns[each]!] = READ[places[each]!]!;
}

function clear({ columns }: Pass, values: Float64Array, row: number): void {
  for (let each = 0; each < columns.length; each++) values[row + columns[each]!] = 0;
}

function passOf(metrics: readonly MeasuredMetric[], columns: readonly number[]): Pass {
  const read = columns.map((column) => metrics[column]!);
  const sources = read.flatMap(({ source }) => source ?? []);
  const by: SourceReader =
    sources.length > 0 ? sourceReader(sources) : { read: alone(read[0]!), places: [0] };
  return {
    ...{ read: by.read, isThere: by.isThere },
    ...{ places: Int32Array.from(by.places), columns: Int32Array.from(columns) },
  };
}

/** Of a metric that is in no catalogue. */
function alone({ measure }: MeasuredMetric): Pass['read'] {
  return (vm, into) => {
    into[0] = measure(vm);
  };
}

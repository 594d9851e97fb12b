/**
 * Takes the samples of VMs. Each metric is read where it is counted, and no more often than it can have changed: most VMs of a host wait
 * most of the time, and what was sampled of them last holds on.
 */
import type { VirtualNs } from '#base/virtual-time';
import { type MeasuredMetric, type MeasuredVm, quickOf } from './measures.ts';
import { KEPT, type Samples } from './metrics.ts';
import type { Stalls } from './pressure/stalls.ts';

/** A VM of which samples are taken. */
export interface SampledVm extends MeasuredVm {
  readonly stalls: Stalls;
  readonly sampled: Samples;
}

export class VmSampler {
  readonly #metrics: readonly MeasuredMetric[];
  readonly #quick: readonly MeasuredMetric[];
  /** Columns of the finest ring that change while no vCPU runs. */
  readonly #restless: readonly number[];
  /** By column of the other rings: that of the finest, or −1. */
  readonly #quickColumns: Int32Array;

  constructor(metrics: readonly MeasuredMetric[]) {
    this.#metrics = metrics;
    this.#quick = quickOf(metrics);
    this.#restless = this.#quick.flatMap(({ rests = false }, column) => (rests ? [] : [column]));
    this.#quickColumns = Int32Array.from(metrics, (metric) => this.#quick.indexOf(metric));
  }

  /** Takes the sample of a multiple of the shortest period. Pressure has been counted up to now. */
  sample(vm: SampledVm, at: VirtualNs): void {
    this.#sampleQuick(vm);
    if (at % KEPT.fine.periodNs !== 0) return;
    const { finest, fine, coarse } = vm.sampled;
    const { latest } = finest;
    const row = fine.next();
    for (let column = 0; column < this.#metrics.length; column++) {
      const quick = this.#quickColumns[column]!;
      fine.values[row + column] =
        quick < 0 ? this.#metrics[column]!.measure(vm) : finest.values[latest + quick]!;
    }
    if (at % KEPT.coarse.periodNs === 0) coarse.take(fine);
  }

  #sampleQuick(vm: SampledVm): void {
    const { finest } = vm.sampled;
    const { values, latest } = finest;
    const row = finest.next();
    if (vm.sampled.mayHaveRun || vm.stalls.counts.running > 0) {
      for (let column = 0; column < this.#quick.length; column++)
        values[row + column] = this.#quick[column]!.measure(vm);
      vm.sampled.mayHaveRun = false;
      return;
    }
    for (let column = 0; column < this.#quick.length; column++)
      values[row + column] = values[latest + column]!;
    for (let n = 0; n < this.#restless.length; n++) {
      const column = this.#restless[n]!;
      values[row + column] = this.#quick[column]!.measure(vm);
    }
  }
}

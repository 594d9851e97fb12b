/**
 * Takes the samples of VMs. Most VMs of a host wait most of the time, for an interrupt or for a hart, and meanwhile nothing that is sampled
 * every 10 ms changes of them but by the time: such a VM is not touched at all. Its samples are owed, and written when it changes or
 * somebody looks; they are the same.
 */
import type { VirtualNs } from '#base/virtual-time';
import { type MeasuredMetric, type MeasuredVm, quickOf } from './measures.ts';
import { KEPT, type Samples, TICK_NS } from './metrics.ts';
import type { Stalls } from './pressure/stalls.ts';
import { VmReader } from './vm-reader.ts';

/** A VM of which samples are taken. */
export interface SampledVm extends MeasuredVm {
  readonly stalls: Stalls;
  readonly sampled: Samples;
}

export class VmSampler {
  readonly #quick: VmReader;
  /** Of the quick ones, those that change while no vCPU runs. */
  readonly #restless: VmReader;
  /** Those that are sampled every 100 ms only. */
  readonly #others: VmReader;
  /** By column of the finest ring: that of the other rings. */
  readonly #columns: Int32Array;
  /** When samples were due last. */
  #latestNs: VirtualNs = 0;
  /** All VMs when samples were taken last. */
  #known: readonly SampledVm[] = [];
  /** Those that may have run since, or run. */
  #awake: SampledVm[] = [];

  /** By VM, at 100 ms: where its sample begins, in which passes it is read, and its samples. */
  #rows = new Int32Array(0);
  #passes = new Int32Array(0);
  #values: readonly Float64Array[] = [];

  constructor(metrics: readonly MeasuredMetric[]) {
    const quick = quickOf(metrics);
    this.#quick = new VmReader(quick, () => true);
    this.#restless = new VmReader(quick, ({ rests = false }) => !rests);
    this.#others = new VmReader(metrics, (metric) => !quick.includes(metric));
    this.#columns = Int32Array.from(quick, (metric) => metrics.indexOf(metric));
  }

  /** A VM has changed otherwise than by the time; what it owed is written. */
  changed(vm: SampledVm): void {
    if (vm.sampled.mayHaveRun) return;
    vm.sampled.mayHaveRun = true;
    this.#awake.push(vm);
  }

  /** Takes the samples of a multiple of the shortest period. */
  sample(vms: readonly SampledVm[], at: VirtualNs): void {
    if (vms !== this.#known) this.#know(vms, at - TICK_NS);
    this.#latestNs = at;
    let awake = 0;
    for (const vm of this.#awake) {
      this.#read(vm, at);
      // While it runs it changes without a word.
      vm.sampled.mayHaveRun = vm.stalls.counts.running > 0;
      if (vm.sampled.mayHaveRun) this.#awake[awake++] = vm;
    }
    this.#awake.length = awake;
    if (at % KEPT.fine.periodNs === 0) this.#sampleAll(vms, at);
  }

  #know(vms: readonly SampledVm[], before: VirtualNs): void {
    const known = new Set(this.#known);
    const there = new Set(vms);
    this.#awake = this.#awake.filter((vm) => there.has(vm));
    for (const vm of vms) {
      if (known.has(vm)) continue;
      vm.sampled.writtenNs = before;
      vm.sampled.settle = () => this.#settle(vm);
      this.#awake.push(vm);
    }
    this.#known = vms;
    this.#rows = new Int32Array(vms.length);
    this.#passes = new Int32Array(vms.length);
    this.#values = vms.map(({ sampled }) => sampled.fine.values);
  }

  #read(vm: SampledVm, at: VirtualNs): void {
    const { written } = vm.sampled;
    vm.stalls.advance(at);
    this.#quick.read(vm, written.values, written.next());
    vm.sampled.writtenNs = at;
  }

  /** Beside pressure, which goes on as its counts are, every sample that is owed says what the one before said. */
  #settle(vm: SampledVm): void {
    const { sampled, stalls } = vm;
    if (sampled.writtenNs >= this.#latestNs) return;
    const { written } = sampled;
    for (let at = sampled.writtenNs + TICK_NS; at <= this.#latestNs; at += TICK_NS) {
      stalls.advance(at);
      written.take(written);
      this.#restless.read(vm, written.values, written.latest);
    }
    sampled.writtenNs = this.#latestNs;
  }

  #sampleAll(vms: readonly SampledVm[], at: VirtualNs): void {
    const [rows, passes, values] = [this.#rows, this.#passes, this.#values];
    for (let n = 0; n < vms.length; n++) {
      rows[n] = vms[n]!.sampled.fine.next();
      passes[n] = this.#passesOf(vms[n]!);
    }
    this.#others.readAll(vms, passes, values, rows);
    const isCoarse = at % KEPT.coarse.periodNs === 0;
    for (let n = 0; n < vms.length; n++) {
      const { finest, fine, coarse } = vms[n]!.sampled;
      const [{ latest }, row] = [finest, rows[n]!];
      for (let quick = 0; quick < this.#columns.length; quick++)
        fine.values[row + this.#columns[quick]!] = finest.values[latest + quick]!;
      if (isCoarse) coarse.take(fine);
    }
  }
  #passesOf(vm: SampledVm): number {
    const { sources } = vm.sampled;
    const { changes } = vm.devices.counting;
    if (sources.changes !== changes) {
      sources.changes = changes;
      sources.passes = this.#others.passesOf(vm);
    }
    return sources.passes;
  }
}

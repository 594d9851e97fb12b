/**
 * What a host knows of itself over time: pressure of each VM and of the whole host, counted at each change of a vCPU's state, and
 * samples of their metrics, taken at multiples of {@link TICK_NS}. It decides nothing, and costs guests no virtual time.
 */
import { HOST_METRICS } from '#base/catalogue/scoped-metrics';
import type { VcpuState } from '#base/catalogue/vcpu-states';
import type { AlarmSpec } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import type { EventQueue } from '#machine/event-queue';
import type { CommandedHost } from '../commands/command.ts';
import type { Allocate } from '../memory/frame-allocator.ts';
import { ALARMING, type AlarmState } from './alarm-state.ts';
import type { Alarms } from './alarms.ts';
import { type MeasuredHost, readHost } from './host-measures.ts';
import type { MeasuredMetric } from './measures.ts';
import { KEPT, SAMPLE_CHANNEL, Samples, TICK_NS } from './metrics.ts';
import type { MonitorState } from './monitor-state.ts';
import { PartSamples } from './part-samples.ts';
import type { HostOfParts } from './parts.ts';
import { averagesDue, Stalls, type TaskCounts } from './pressure/stalls.ts';
import type { SampledHost } from './series.ts';
import { type SampledVm, VmSampler } from './vm-sampler.ts';

/** A VM as the monitor sees it. */
export interface MonitoredVm extends SampledVm {
  readonly slot: number;
  readonly isRunning: boolean;
  readonly vcpus: readonly (SampledVm['vcpus'][number] & { readonly state: VcpuState })[];
}

export interface MonitorOptions {
  readonly harts: number;
  readonly events: EventQueue;
  readonly allocate: Allocate;
  readonly metrics: readonly MeasuredMetric[];
  readonly host: MeasuredHost & SampledHost & HostOfParts & CommandedHost;
  /** Virtual time as whoever acts now sees it. */
  readonly now: () => VirtualNs;
  readonly vms: () => readonly MonitoredVm[];
}

const NO_ALARMS: readonly AlarmSpec[] = [];
const NONE: Readonly<TaskCounts> = { running: 0, ready: 0, blocked: 0, inIo: 0, idle: 0 };

/** Field by field: this is done at each change of a vCPU's state. */
function take(to: TaskCounts, from: Readonly<TaskCounts>): void {
  to.running = from.running;
  to.ready = from.ready;
  to.blocked = from.blocked;
  to.inIo = from.inIo;
  to.idle = from.idle;
}

function isDiskBusy({ devices }: MonitoredVm): boolean {
  return devices.storage.counted('inFlight') > 0;
}

export class HostMonitor {
  /** Of all VMs together. */
  readonly stalls: Stalls;
  /** Of the host itself. */
  readonly sampled: Samples;
  /** Of what it and its VMs consist of. */
  readonly parts: PartSamples;
  readonly #options: MonitorOptions;
  readonly #counts: TaskCounts = { ...NONE };
  readonly #sampler: VmSampler;
  #alarms: Alarms | undefined;
  #averagedNs: VirtualNs = 0;
  nextSampleNs: VirtualNs = 0;

  constructor(options: MonitorOptions) {
    this.#options = options;
    this.stalls = new Stalls(options.harts, true, 0);
    this.sampled = new Samples(HOST_METRICS, HOST_METRICS, options.allocate);
    this.parts = new PartSamples(options.host, options.allocate);
    this.#sampler = new VmSampler(options.metrics);
    options.events.on(SAMPLE_CHANNEL, (_, at) => this.#sample(at));
  }

  /** A vCPU of it is in another state, or it has begun or ceased to run. */
  changed(vm: MonitoredVm): void {
    this.#countAgain(vm, this.#options.now());
    this.#sampler.changed(vm);
  }
  #countAgain(vm: MonitoredVm, now: VirtualNs): void {
    vm.sampled.settle();
    vm.stalls.advance(now);
    this.stalls.advance(now);
    this.#count(vm);
    const [after, before, all] = [this.#counts, vm.stalls.counts, this.stalls.counts];
    all.running += after.running - before.running;
    all.ready += after.ready - before.ready;
    all.blocked += after.blocked - before.blocked;
    all.inIo += after.inIo - before.inIo;
    all.idle += after.idle - before.idle;
    take(before, after);
  }

  #count(vm: MonitoredVm): void {
    const { isRunning, vcpus } = vm;
    const counts = this.#counts;
    take(counts, NONE);
    if (!isRunning) return;
    for (const { state } of vcpus) {
      if (state === 'running') counts.running += 1;
      else if (state === 'ready') counts.ready += 1;
      else if (state === 'blocked') counts.blocked += 1;
      else if (state === 'waiting') counts.idle += 1;
    }
    // As Linux counts a CPU that idles while requests that were made on it are in flight.
    if (counts.idle > 0 && isDiskBusy(vm)) {
      counts.inIo = counts.idle;
      counts.idle = 0;
    }
  }

  /** Pressure of VMs is counted up to the latest sample: for who reads it otherwise than in samples. */
  settle(): void {
    for (const { sampled } of this.#options.vms()) sampled.settle();
  }

  /** Takes the first sample at the next multiple of the period: that of this very instant is taken when time goes on. */
  begin(now: VirtualNs): void {
    this.#sampleAt(Math.max(1, Math.ceil(now / TICK_NS)) * TICK_NS);
  }
  #sampleAt(ns: VirtualNs): void {
    this.nextSampleNs = ns;
    this.#options.events.schedule(ns, SAMPLE_CHANNEL, 0);
  }

  #sample(at: VirtualNs): void {
    const vms = this.#options.vms();
    const now = this.#options.now();
    this.stalls.advance(now);
    const { inIo, idle } = this.stalls.counts;
    if (inIo + idle > 0) this.#lookAtDisks(vms, now);
    if (averagesDue(this.#averagedNs, at)) {
      this.settle();
      this.stalls.updateAverages();
      for (const { stalls } of vms) {
        stalls.advance(now);
        stalls.updateAverages();
      }
      this.#averagedNs = at;
    }
    this.#sampler.sample(vms, at);
    this.#sampleHost(at);
    if (at % KEPT.fine.periodNs === 0) this.parts.sample(at);
    this.#sampleAt(at + TICK_NS);
    this.#lookAtAlarms(at);
  }

  /** A disk may have become busy or idle without anybody waking. */
  #lookAtDisks(vms: readonly MonitoredVm[], now: VirtualNs): void {
    for (const vm of vms) {
      const { inIo, idle } = vm.stalls.counts;
      if (inIo + idle > 0 && isDiskBusy(vm) !== inIo > 0) this.#countAgain(vm, now);
    }
  }

  /** By the specification's order, as they stood at the latest sample. */
  get alarms(): readonly AlarmState[] {
    return this.#alarms?.states ?? [];
  }
  /** When an alarm may next tell the host something; never where none would. */
  get actsAt(): VirtualNs {
    const { alarms = NO_ALARMS } = this.#options.host.spec;
    const isActive = alarms.some(({ onFiring, onResolved }) => (onFiring ?? onResolved) !== undefined);
    return isActive ? this.nextSampleNs : Number.POSITIVE_INFINITY;
  }
  #lookAtAlarms(at: VirtualNs): void {
    const { host } = this.#options;
    const { alarms = NO_ALARMS } = host.spec;
    if (alarms.length > 0 || this.#alarms !== undefined) this.#alarmsMade().look(alarms, at);
  }
  #alarmsMade(): Alarms {
    this.#alarms ??= new ALARMING.code.here.Alarms(this.#options.host);
    return this.#alarms;
  }

  #sampleHost(at: VirtualNs): void {
    const { finest, fine, coarse } = this.sampled;
    readHost(this.#options.host, finest.values, finest.next());
    if (at % KEPT.fine.periodNs === 0) fine.take(finest);
    if (at % KEPT.coarse.periodNs === 0) coarse.take(finest);
  }

  capture(): MonitorState {
    this.settle();
    return {
      ...{ averagedNs: this.#averagedNs, host: this.stalls.capture() },
      vms: this.#options.vms().map(({ slot, stalls }) => ({ slot, stalls: stalls.capture() })),
      ...{ ...this.sampled.capture(), alarms: this.alarms, parts: this.parts.capture() },
    };
  }
  /** Its VMs are there, as they were. Of a host of old nothing is known: it begins to count. */
  restore(state: MonitorState | undefined, now: VirtualNs): void {
    const vms = this.#options.vms();
    if (state === undefined) for (const vm of vms) this.changed(vm);
    else {
      this.#averagedNs = state.averagedNs;
      this.stalls.restore(state.host);
      for (const { slot, stalls } of state.vms) vms.find((vm) => vm.slot === slot)?.stalls.restore(stalls);
      this.sampled.restore(state);
      this.parts.restore(state.parts);
      if (state.alarms.length > 0) this.#alarmsMade().restore(state.alarms);
    }
    this.begin(now);
  }
}

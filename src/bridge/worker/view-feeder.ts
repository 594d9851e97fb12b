/**
 * Fills the view of one host that the page reads: times, harts, VMs, metric rings, and owner and state of every frame.
 * It only reads the host. Without shared memory the same writes leave as patches.
 */
import type { ViewPatch } from '#bridge/protocol/lab-api';
import {
  HART_FIELDS,
  layoutView,
  METRICS,
  type MetricId,
  RESOLUTIONS,
  type VcpuStateId,
  ViewWriter,
} from '#bridge/protocol/views';
import { type Host, MAX_VCPUS, MAX_VMS, SAMPLE_PERIOD_NS, type Vm } from '#hypervisor/host';

/** Frame bytes of an unshared view that go out in one batch. */
const PATCH_FRAMES = 4096;
const NS_PER_S = 1e9;

export class ViewFeeder {
  readonly writer: ViewWriter;
  readonly #host: Host;
  readonly #index: number;
  readonly #shared: boolean;
  #samples = 0;
  #coarse = 0;
  #generation = -1;
  /** Frames from here on may differ from what the page has (unshared only). */
  #patchFrom = -1;
  #patches: ViewPatch[] = [];

  constructor(host: Host, index: number, shared: boolean) {
    this.#host = host;
    this.#index = index;
    this.#shared = shared;
    this.writer = new ViewWriter(layoutView(host.spec.harts, MAX_VMS, host.frames.count), shared);
    this.feed();
    this.#patches = [];
  }

  /** Brings the view up to date. */
  feed(): void {
    const { writer } = this;
    this.#feedSamples();
    this.#feedFrames();
    writer.begin();
    const samples = this.#host.now / SAMPLE_PERIOD_NS;
    writer.time('virtualNs', this.#host.now);
    writer.time('instructions', this.#host.instructions);
    writer.time('fineSamples', Math.floor(samples));
    writer.time('coarseSamples', this.#coarse);
    writer.time('freeFrames', this.#host.frames.free);
    this.#host.cpus.forEach((cpu, hart) => {
      const values = {
        guestNs: cpu.guestNs,
        idleNs: cpu.idleNs,
        hypervisorNs: cpu.hypervisorNs,
        running: runningOf(cpu.running),
      };
      for (const field of HART_FIELDS) writer.hart(hart, field, values[field]);
    });
    const seen = new Set<number>();
    for (const vm of this.#host.vms()) {
      seen.add(vm.slot);
      this.#feedVm(vm);
    }
    for (let slot = 0; slot < MAX_VMS; slot++) if (!seen.has(slot)) writer.vm(slot, 'state', 0);
    writer.end();
  }

  #feedVm(vm: Vm): void {
    const { writer } = this;
    const { slot } = vm;
    const now = vm.measure();
    const sum = (name: 'framesIn' | 'framesOut'): number =>
      vm.devices.nics.reduce((total, { counters }) => total + counters[name], 0);
    writer.vm(slot, 'state', STATE_NUMBER[vm.state]);
    writer.vm(slot, 'vcpus', vm.vcpus.length);
    writer.vm(slot, 'residentBytes', now.memory);
    writer.vm(slot, 'tableBytes', now.tables);
    writer.vm(slot, 'runNs', now.cpu);
    writer.vm(slot, 'stealNs', now.steal);
    writer.vm(slot, 'exits', now.exits);
    writer.vm(slot, 'exitCostNs', now['exit-cost']);
    writer.vm(slot, 'diskReadBytes', now['disk-read']);
    writer.vm(slot, 'diskWriteBytes', now['disk-write']);
    writer.vm(slot, 'netRxBytes', now['net-rx']);
    writer.vm(slot, 'netTxBytes', now['net-tx']);
    writer.vm(slot, 'netRxFrames', sum('framesIn'));
    writer.vm(slot, 'netTxFrames', sum('framesOut'));
    writer.vm(slot, 'consoleBytes', now.console);
    writer.vm(slot, 'startedAtNs', vm.startedAtNs);
    for (let vcpu = 0; vcpu < MAX_VCPUS; vcpu++) writer.vcpu(slot, vcpu, vcpuState(vm, vcpu));
  }

  /** Samples that the host has taken since; a rate is the difference of two of its counters. */
  #feedSamples(): void {
    const taken = Math.floor(this.#host.now / SAMPLE_PERIOD_NS);
    const from = Math.max(this.#samples, taken - RESOLUTIONS.fine.samples + 1);
    for (const vm of this.#host.vms()) {
      // A VM's own samples began when it was created: its last one is the host's last one.
      const shift = vm.samples.count - taken;
      for (let n = from; n < taken; n++) this.#store(vm, 'fine', n, n + shift, 1);
    }
    this.#samples = taken;
    const perCoarse = RESOLUTIONS.coarse.periodNs / RESOLUTIONS.fine.periodNs;
    const coarse = Math.floor(taken / perCoarse);
    for (let n = Math.max(this.#coarse, coarse - RESOLUTIONS.coarse.samples + 1); n < coarse; n++)
      for (const vm of this.#host.vms()) {
        const last = (n + 1) * perCoarse - 1 + vm.samples.count - taken;
        this.#store(vm, 'coarse', n, last, perCoarse);
      }
    this.#coarse = coarse;
  }

  #store(vm: Vm, resolution: 'fine' | 'coarse', sample: number, own: number, span: number): void {
    const { writer } = this;
    const seconds = (span * SAMPLE_PERIOD_NS) / NS_PER_S;
    const isKnown = own >= 0 && vm.samples.count - own <= RESOLUTIONS.fine.samples;
    for (const { id, kind, unit } of METRICS) {
      const at = isKnown ? vm.samples.at(own, id) : 0;
      const before = isKnown && own >= span ? vm.samples.at(own - span, id) : 0;
      const perSecond = (at - before) / seconds;
      const value = kind === 'level' ? at : unit === 'vcpu' ? perSecond / NS_PER_S : perSecond;
      writer.sample(vm.slot, resolution, sample, id satisfies MetricId, value);
    }
    if (this.#shared) return;
    const { offset, bytes } = writer.sampleRange(vm.slot, resolution, sample);
    this.#patches.push({ host: this.#index, offset, bytes: writer.copy(offset, bytes) });
  }

  /** Owners and states, when the allocator has changed something. */
  #feedFrames(): void {
    const { frames } = this.#host;
    if (frames.generation === this.#generation) return;
    this.#generation = frames.generation;
    this.writer.owners.set(frames.owners);
    this.writer.states.set(frames.states);
    this.writer.framesChanged();
    this.#patchFrom = 0;
  }

  /** What an unshared page must be sent to have what this view holds. */
  takePatches(): readonly ViewPatch[] {
    if (this.#shared) return [];
    const { writer } = this;
    const { layout } = writer;
    const patches = this.#patches;
    this.#patches = [];
    if (this.#patchFrom >= 0) {
      const count = Math.min(PATCH_FRAMES, layout.frames - this.#patchFrom);
      for (const base of [layout.owners, layout.states])
        patches.push({
          host: this.#index,
          offset: base + this.#patchFrom,
          bytes: writer.copy(base + this.#patchFrom, count),
        });
      this.#patchFrom = this.#patchFrom + count < layout.frames ? this.#patchFrom + count : -1;
    }
    patches.push({ host: this.#index, offset: 0, bytes: writer.copy(0, layout.lockedEnd) });
    return patches;
  }
}

const STATE_NUMBER = { created: 1, running: 2, paused: 3, stopped: 4, failed: 5 } as const;

function vcpuState(vm: Vm, index: number): VcpuStateId {
  const vcpu = vm.vcpus[index];
  if (vcpu === undefined) return 'absent';
  if (vm.state === 'failed') return 'failed';
  if (vm.state === 'paused') return 'paused';
  return vm.state === 'running' ? vcpu.state : 'off';
}

/** `slot * 16 + vcpu` from a vCPU's id on its host, -1 for nobody. */
function runningOf(id: number): number {
  return id < 0 ? -1 : Math.floor(id / MAX_VCPUS) * 16 + (id % MAX_VCPUS);
}

/**
 * The typed API over a running lab: commands, queries, sharing. Every answer carries the virtual time at which it was
 * true. It draws nothing and decides nothing about the machine.
 */

import { addressOf } from '#base/addresses';
import { fail, ok, type Result } from '#base/result';
import type { Command } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import type {
  AccessKind,
  ExitTable,
  FramePage,
  FrameQuery,
  Hex64,
  ImageInfo,
  LabApi,
  LabDescription,
  LabEvent,
  LabSource,
  MemoryQuery,
  OnBatch,
  OnProgress,
  OpenedLab,
  OpenOptions,
  ShareLink,
  Speed,
  StepUnit,
  SwitchState,
  Timed,
  Timeline,
  VcpuRegisters,
  VmDetail,
  VmRef,
  WalkResult,
} from '#bridge/protocol/lab-api';
import type { MetricId } from '#bridge/protocol/views';
import { type Host, MAX_VCPUS, SAMPLE_PERIOD_NS, type Vcpu, type Vm } from '#hypervisor/host';
import type { Lab } from '#lab/lab';
import { encodeLink } from '#lab/link';
import { EngineModule } from '#machine/engine-module';
import { ConsoleReader, EventReader } from './batches.ts';
import { Governor } from './governor.ts';
import { type Fetcher, Images } from './images.ts';
import { fetchSoftware, openLab } from './opening.ts';
import { exits } from './queries/exits.ts';
import { frames } from './queries/frames.ts';
import { readGuest, readGuestPhysical } from './queries/memory.ts';
import { registers } from './queries/registers.ts';
import { switches } from './queries/switches.ts';
import { describeVm, vmDetail } from './queries/vm-detail.ts';
import { walk } from './queries/walk.ts';
import { RunLoop } from './run-loop.ts';
import { parseHex64 } from './values.ts';
import { ViewFeeder } from './view-feeder.ts';

/** Batches go out no more often than the page can draw. */
const BATCH_MS = 16;
const MOST_MEMORY_BYTES = 4096;
const MOST_SLICES = 4096;
/** Virtual time of `runTo` between two reports. */
const RUN_STEP_NS: VirtualNs = 50_000_000;

/** Where the worker gets its bytes from. */
export interface Surroundings {
  readonly fetcher: Fetcher;
  /** Address of the teaching kernel's image. */
  readonly teachingUrl: string;
  readonly wallMs?: () => number;
}

export class LabService implements LabApi {
  readonly #surroundings: Surroundings;
  readonly #governor: Governor;
  readonly #loop: RunLoop;
  #engine: EngineModule | undefined;
  #images: Images | undefined;
  #lab: Lab | undefined;
  #feeders: ViewFeeder[] = [];
  #consoles = new ConsoleReader();
  #events = new EventReader();
  #layout: LabDescription['layout'] = {};
  #described = '';
  #onBatch: OnBatch | null = null;
  #lastBatchMs = Number.NEGATIVE_INFINITY;
  #abort = new AbortController();

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#governor = new Governor(surroundings.wallMs);
    this.#loop = new RunLoop(
      () => this.#slice(),
      (error) => this.#crash(error),
    );
  }

  // Opening.

  async open(source: LabSource, options: OpenOptions, onProgress: OnProgress): Promise<Result<OpenedLab>> {
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const engine = await this.#loadEngine(options, signal, onProgress);
    if (!engine.ok) return engine;
    this.#images ??= new Images({
      guestsUrl: options.guestsUrl,
      teachingUrl: this.#surroundings.teachingUrl,
      fetcher: this.#surroundings.fetcher,
    });
    const opened = await openLab(source, {
      images: this.#images,
      engine: engine.value,
      options,
      signal,
      onProgress,
    });
    if (!opened.ok) return opened;
    const { lab, missingImages } = opened.value;
    this.#lab = lab;
    this.#layout = lab.scenario.layout ?? {};
    this.#consoles = new ConsoleReader();
    this.#events = new EventReader();
    this.#feeders = lab.hosts.map((host, index) => new ViewFeeder(host, index, options.shared));
    this.#governor.setSpeed(options.speed, lab.now);
    this.#loop.wake();
    const description = this.#describe(lab);
    this.#described = JSON.stringify(description);
    const views = this.#feeders.map(({ writer }) => ({ layout: writer.layout, buffer: writer.buffer }));
    return ok({ lab: description, views, missingImages });
  }

  async #loadEngine(
    options: OpenOptions,
    signal: AbortSignal,
    onProgress: OnProgress,
  ): Promise<Result<EngineModule>> {
    if (this.#engine !== undefined) return ok(this.#engine);
    const bytes = await this.#surroundings.fetcher.bytes(options.engineUrl, signal, (done) =>
      onProgress({ stage: 'engine', subject: 'engine', done }),
    );
    if (!bytes.ok)
      return bytes.error.code === 'cancelled'
        ? bytes
        : fail('engine-start', { message: String(bytes.error.data['status'] ?? '') });
    this.#engine = new EngineModule(bytes.value.slice());
    return ok(this.#engine);
  }

  async cancel(): Promise<void> {
    this.#abort.abort();
  }
  async listen(onBatch: OnBatch | null): Promise<void> {
    this.#onBatch = onBatch;
    this.#loop.wake();
  }
  async ping(): Promise<void> {}

  #describe(lab: Lab): LabDescription {
    return {
      title: lab.scenario.title,
      seed: lab.scenario.seed,
      hosts: lab.hosts.map((host) => ({
        name: host.spec.name,
        ramBytes: host.spec.ramBytes,
        harts: host.spec.harts,
        switches: host.spec.switches.map(({ name }) => name),
        vms: host.vms().map(describeVm),
      })),
      layout: this.#layout,
    };
  }

  // Running.

  #slice(): number {
    const lab = this.#lab;
    if (lab === undefined) return Number.POSITIVE_INFINITY;
    const waitMs = this.#governor.slice(
      () => lab.now,
      (until) => lab.advance(until),
    );
    const due = this.#lastBatchMs + BATCH_MS - this.#governor.wallMs;
    if (due > 0) return Math.min(waitMs, Math.max(1, due));
    this.#sendBatch(lab);
    return waitMs;
  }

  #sendBatch(lab: Lab): void {
    this.#lastBatchMs = this.#governor.wallMs;
    for (const feeder of this.#feeders) feeder.feed();
    if (this.#onBatch === null) return;
    const description = this.#describe(lab);
    const text = JSON.stringify(description);
    const changed = text !== this.#described;
    this.#described = text;
    this.#onBatch({
      status: {
        speed: this.#governor.speed,
        virtualNs: lab.now,
        ...this.#governor.measure(lab.now, lab.instructions),
      },
      console: this.#consoles.take(lab.hosts),
      events: this.#events.take(lab),
      patches: this.#feeders.flatMap((feeder) => feeder.takePatches()),
      ...(changed ? { lab: description } : {}),
    });
  }

  /** Our own mistake: the worker dies loudly, and the client starts another. */
  #crash(error: unknown): never {
    this.#loop.stop();
    throw error;
  }

  /** What a call changed shows at once, also while the lab is paused. */
  #changed(): void {
    this.#lastBatchMs = Number.NEGATIVE_INFINITY;
    this.#loop.wake();
  }

  async setSpeed(speed: Speed): Promise<void> {
    this.#governor.setSpeed(speed, this.#lab?.now ?? 0);
    this.#changed();
  }

  async command(host: number, command: Command): Promise<Result<Timed<null>>> {
    const found = this.#host(host);
    if (!found.ok) return found;
    const prepared = await this.#prepare(found.value, command);
    if (!prepared.ok) return prepared;
    const at = found.value.now;
    const result = this.#lab?.execute(host, command) ?? fail('no-lab');
    this.#changed();
    return result.ok ? ok({ at, value: null }) : result;
  }

  /** Software that a VM is about to be started with is fetched first. */
  async #prepare(host: Host, command: Command): Promise<Result<null>> {
    if (command.op !== 'vm.create' && command.op !== 'vm.start' && command.op !== 'vm.reset') return ok(null);
    const spec = command.op === 'vm.create' ? command.args.vm : host.vm(command.args.vm)?.spec;
    if (spec === undefined || this.#images === undefined) return ok(null);
    const fetched = await fetchSoftware([spec], {
      images: this.#images,
      signal: this.#abort.signal,
      onProgress: () => {},
    });
    return fetched.ok ? ok(null) : fetched;
  }

  async step(host: number, _unit: StepUnit): Promise<Result<Timed<null>>> {
    const found = this.#host(host);
    if (!found.ok) return found;
    this.#lab?.advance(found.value.now + found.value.quantumNs);
    this.#changed();
    return ok({ at: found.value.now, value: null });
  }

  async runTo(virtualNs: VirtualNs, onProgress: OnProgress): Promise<Result<Timed<null>>> {
    const lab = this.#lab;
    if (lab === undefined) return fail('no-lab');
    const { signal } = this.#abort;
    this.#governor.setSpeed({ running: false, rate: this.#governor.speed.rate }, lab.now);
    const from = lab.now;
    while (lab.now < virtualNs) {
      if (signal.aborted) return fail('cancelled');
      lab.advance(Math.min(virtualNs, lab.now + RUN_STEP_NS));
      onProgress({ stage: 'run', subject: '', done: lab.now - from, total: virtualNs - from });
      this.#changed();
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return ok({ at: lab.now, value: null });
  }

  // Looking.

  #host(index: number): Result<Host> {
    if (this.#lab === undefined) return fail('no-lab');
    const host = this.#lab.hosts[index];
    return host === undefined ? fail('no-such-host', { host: index }) : ok(host);
  }

  #vm<T>(ref: VmRef, look: (vm: Vm) => T): Result<Timed<T>> {
    const host = this.#host(ref.host);
    if (!host.ok) return host;
    const vm = host.value.vm(ref.vm);
    return vm === undefined
      ? fail('no-such-vm', { vm: ref.vm })
      : ok({ at: host.value.now, value: look(vm) });
  }

  #vcpu<T>(ref: VmRef, index: number, look: (vm: Vm, vcpu: Vcpu) => Result<T>): Result<Timed<T>> {
    const found = this.#vm(ref, (vm) => {
      const vcpu = vm.vcpus[index];
      return vcpu === undefined ? fail('no-such-vcpu', { vcpu: index }) : look(vm, vcpu);
    });
    if (!found.ok) return found;
    const { at, value } = found.value;
    return value.ok ? ok({ at, value: value.value }) : value;
  }

  async vm(ref: VmRef): Promise<Result<Timed<VmDetail>>> {
    return this.#vm(ref, vmDetail);
  }
  async registers(ref: VmRef, vcpu: number): Promise<Result<Timed<VcpuRegisters>>> {
    return this.#vcpu(ref, vcpu, (vm, each) => ok(registers(vm, each)));
  }
  async walk(ref: VmRef, vcpu: number, gva: Hex64, access: AccessKind): Promise<Result<Timed<WalkResult>>> {
    const address = parseHex64(gva);
    if (!address.ok) return address;
    const { lo, hi } = address.value;
    return this.#vcpu(ref, vcpu, (vm, each) => ok(walk(vm, each, lo, hi, access)));
  }

  async memory(ref: VmRef, vcpu: number, query: MemoryQuery): Promise<Result<Timed<Uint8Array>>> {
    const address = parseHex64(query.address);
    if (!address.ok) return address;
    const { lo, hi } = address.value;
    const length = Math.min(MOST_MEMORY_BYTES, Math.max(0, Math.floor(query.bytes)));
    return this.#vcpu(ref, vcpu, (vm, each) => {
      if (query.space === 'gva') return ok(readGuest(vm, each, lo, hi, length, 'load').slice());
      const physical = addressOf(lo, hi);
      if (physical === undefined) return fail('bad-address', { value: query.address });
      if (query.space === 'gpa') return ok(readGuestPhysical(vm, physical, length).slice());
      return ok(vm.ram.holds(physical, length) ? vm.ram.view(physical, length).slice() : new Uint8Array(0));
    });
  }

  async exits(ref: VmRef): Promise<Result<Timed<ExitTable>>> {
    return this.#vm(ref, exits);
  }

  async timeline(
    host: number,
    hart: number,
    fromNs: VirtualNs,
    toNs: VirtualNs,
    limit: number,
  ): Promise<Result<Timed<Timeline>>> {
    const found = this.#host(host);
    if (!found.ok) return found;
    const cpu = found.value.cpus[hart];
    if (cpu === undefined) return fail('no-such-hart', { hart });
    const most = Math.min(MOST_SLICES, Math.max(0, Math.floor(limit)));
    const slices = cpu.timeline.between(fromNs, toNs, most);
    return ok({
      at: found.value.now,
      value: {
        hart,
        fromNs,
        toNs,
        startNs: Float64Array.from(slices, ({ startNs }) => startNs),
        endNs: Float64Array.from(slices, ({ endNs }) => endNs),
        slot: Int16Array.from(slices, ({ vcpu }) => Math.floor(vcpu / MAX_VCPUS)),
        vcpu: Int16Array.from(slices, ({ vcpu }) => vcpu % MAX_VCPUS),
        truncated: slices.length === most || cpu.timeline.forgottenNs > fromNs,
      },
    });
  }

  async frames(host: number, query: FrameQuery): Promise<Result<Timed<FramePage>>> {
    const found = this.#host(host);
    return found.ok ? ok({ at: found.value.now, value: frames(found.value, query) }) : found;
  }
  async switches(host: number): Promise<Result<Timed<readonly SwitchState[]>>> {
    const found = this.#host(host);
    return found.ok ? ok({ at: found.value.now, value: switches(found.value) }) : found;
  }
  async eventsSince(serial: number): Promise<readonly LabEvent[]> {
    return this.#events.since(serial);
  }

  // Images, links, files.

  async images(): Promise<readonly ImageInfo[]> {
    return this.#images?.infos(this.#abort.signal) ?? [];
  }
  async addImage(name: string, bytes: Uint8Array): Promise<Result<ImageInfo>> {
    return this.#images?.addFile(name, bytes) ?? fail('no-lab');
  }
  async setLayout(layout: LabDescription['layout']): Promise<void> {
    this.#layout = layout;
  }

  async share(): Promise<Result<ShareLink>> {
    if (this.#lab === undefined) return fail('no-lab');
    const record = { ...this.#lab.record(), layout: this.#layout };
    const link = encodeLink(record);
    if (!link.ok) return link;
    const specs = record.hosts.flatMap(({ vms }) => vms);
    const created = record.commands.flatMap((each) => (each.op === 'vm.create' ? [each.args.vm] : []));
    const files = [...specs, ...created].flatMap(({ image, initrd }) => [
      image,
      ...(initrd === undefined ? [] : [initrd]),
    ]);
    const omitted = files.filter(({ kind }) => kind === 'file').map(({ name }) => name);
    return ok({
      fragment: link.value,
      commands: record.commands.length,
      omittedFiles: [...new Set(omitted)],
    });
  }

  async hash(): Promise<Result<Timed<{ readonly lab: string; readonly hosts: readonly string[] }>>> {
    const lab = this.#lab;
    if (lab === undefined) return fail('no-lab');
    const hosts = lab.hashes();
    return ok({ at: lab.now, value: { lab: hosts.join('-'), hosts } });
  }

  /** The scenario with its log as a file: opening it repeats the run. */
  async exportState(onProgress: OnProgress): Promise<Result<Uint8Array>> {
    if (this.#lab === undefined) return fail('no-lab');
    onProgress({ stage: 'export', subject: this.#lab.scenario.title, done: 0 });
    const record = { ...this.#lab.record(), layout: this.#layout };
    return ok(new TextEncoder().encode(JSON.stringify(record)));
  }

  async exportMetrics(ref: VmRef, metrics: readonly MetricId[]): Promise<Result<string>> {
    const table = this.#vm(ref, (vm) => {
      const last = vm.samples.count;
      const first = Math.max(0, last - 960);
      const host = this.#lab?.hosts[ref.host];
      const offset = Math.floor((host?.now ?? 0) / SAMPLE_PERIOD_NS) - last;
      const lines = [['virtualNs', ...metrics].join(',')];
      for (let n = first; n < last; n++)
        lines.push(
          [(n + offset + 1) * SAMPLE_PERIOD_NS, ...metrics.map((metric) => vm.samples.at(n, metric))].join(
            ',',
          ),
        );
      return `${lines.join('\n')}\n`;
    });
    return table.ok ? ok(table.value.value) : table;
  }
}

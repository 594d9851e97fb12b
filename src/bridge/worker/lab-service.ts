/**
 * The typed API over a running lab: opening, speed, commands, queries, sharing. Every answer carries the virtual time at
 * which it was true. It draws nothing and decides nothing about the machine.
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
  LabDescription,
  MemoryQuery,
  SwitchState,
  Timed,
  Timeline,
  VcpuRegisters,
  VmDetail,
  VmRef,
  WalkResult,
} from '#bridge/protocol/answers';
import type {
  ImageInfo,
  LabApi,
  LabEvent,
  LabSource,
  OnBatch,
  OnProgress,
  OpenedLab,
  OpenOptions,
  ShareLink,
  Speed,
  StepUnit,
} from '#bridge/protocol/lab-api';
import type { MetricId } from '#bridge/protocol/views';
import type { Host, Vcpu, Vm } from '#hypervisor/host';
import { EngineModule } from '#machine/engine-module';
import { Governor } from './governor.ts';
import { type Fetcher, Images } from './images.ts';
import { fetchSoftware, openLab } from './opening.ts';
import { exits } from './queries/exits.ts';
import { frames } from './queries/frames.ts';
import { readGuest, readGuestPhysical } from './queries/memory.ts';
import { metricsTable } from './queries/metrics-table.ts';
import { registers } from './queries/registers.ts';
import { switches } from './queries/switches.ts';
import { timeline } from './queries/timeline.ts';
import { vmDetail } from './queries/vm-detail.ts';
import { walk } from './queries/walk.ts';
import { type Defer, deferByMessage, RunLoop } from './run-loop.ts';
import { RunningLab } from './running-lab.ts';
import { fileOf, linkOf } from './sharing.ts';
import { parseHex64 } from './values.ts';

/** Batches go out no more often than the page can draw. */
const BATCH_MS = 16;
const MOST_MEMORY_BYTES = 4096;

/** Where the worker gets its bytes from. */
export interface Surroundings {
  readonly fetcher: Fetcher;
  /** Address of the teaching kernel's image. */
  readonly teachingUrl: string;
  readonly wallMs?: () => number;
  readonly defer?: Defer;
}

/** A run to a virtual time, and who waits for its end. */
interface Goal {
  readonly fromNs: VirtualNs;
  readonly ns: VirtualNs;
  readonly onProgress: OnProgress;
  readonly end: (result: Result<Timed<null>>) => void;
}

export class LabService implements LabApi {
  readonly #surroundings: Surroundings;
  readonly #governor: Governor;
  readonly #loop: RunLoop;
  #engine: EngineModule | undefined;
  #images: Images | undefined;
  #running: RunningLab | undefined;
  #serial = 0;
  #onBatch: OnBatch | null = null;
  #lastBatchMs = Number.NEGATIVE_INFINITY;
  /** Long work that is under way listens to it. */
  #work = new AbortController();
  #goal: Goal | undefined;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#governor = new Governor(surroundings.wallMs);
    this.#loop = new RunLoop(() => this.#slice(), surroundings.defer ?? deferByMessage());
  }

  // Opening.

  async open(source: LabSource, options: OpenOptions, onProgress: OnProgress): Promise<Result<OpenedLab>> {
    const signal = this.#endWork('superseded');
    const opened = await this.#open(source, options, signal, onProgress);
    // Whatever became of it: the person has asked for something else since.
    if (signal.aborted) return fail(String(signal.reason));
    if (!opened.ok) return opened;
    const { lab, missingImages } = opened.value;
    const running = new RunningLab(lab, options.shared);
    this.#endGoal(fail('cancelled'));
    this.#running = running;
    this.#serial += 1;
    this.#governor.setSpeed(options.speed, lab.now);
    this.#changed();
    return ok({ serial: this.#serial, lab: running.describe(), views: running.views, missingImages });
  }

  async #open(
    source: LabSource,
    options: OpenOptions,
    signal: AbortSignal,
    onProgress: OnProgress,
  ): ReturnType<typeof openLab> {
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
    // An engine that does not start may have come damaged: it is fetched again.
    if (!opened.ok && opened.error.code === 'engine-start') this.#engine = undefined;
    return opened;
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
    if (!bytes.ok) return fail('engine-start', { message: String(bytes.error.data['status'] ?? '') });
    this.#engine = new EngineModule(bytes.value.slice());
    return ok(this.#engine);
  }

  /** Ends long work with a code; what begins now has a signal of its own. */
  #endWork(code: 'cancelled' | 'superseded'): AbortSignal {
    this.#work.abort(code);
    this.#work = new AbortController();
    return this.#work.signal;
  }

  async cancel(): Promise<void> {
    this.#endWork('cancelled');
    if (this.#goal === undefined) return;
    this.#endGoal(fail('cancelled'));
    this.#changed();
  }
  async listen(onBatch: OnBatch | null): Promise<void> {
    this.#onBatch = onBatch;
    this.#changed();
  }
  async ping(): Promise<void> {}

  // Running.

  #slice(): number {
    const running = this.#running;
    if (running === undefined) return Number.POSITIVE_INFINITY;
    const { lab } = running;
    const waitMs = this.#governor.slice(
      () => lab.now,
      (until, isOver) => lab.advance(until, isOver),
    );
    if (this.#goal !== undefined && !this.#governor.speed.running) this.#endGoalAt(lab.now);
    if (this.#onBatch === null) return waitMs;
    const due = this.#lastBatchMs + BATCH_MS - this.#governor.wallMs;
    if (due > 0) return Math.min(waitMs, Math.max(1, due));
    this.#sendBatch(running, this.#onBatch);
    return waitMs;
  }

  #sendBatch(running: RunningLab, onBatch: OnBatch): void {
    const { lab } = running;
    this.#lastBatchMs = this.#governor.wallMs;
    const { speed } = this.#governor;
    const measured = this.#governor.measure(lab.now, lab.instructions);
    onBatch({
      serial: this.#serial,
      status: { speed, virtualNs: lab.now, ...measured },
      ...running.news(),
    });
    const goal = this.#goal;
    goal?.onProgress({
      stage: 'run',
      subject: '',
      done: lab.now - goal.fromNs,
      total: goal.ns - goal.fromNs,
    });
  }

  /** What a call changed shows at once, also while the lab is paused. */
  #changed(): void {
    this.#lastBatchMs = Number.NEGATIVE_INFINITY;
    this.#loop.wake();
  }

  async setSpeed(speed: Speed): Promise<void> {
    this.#endGoal(fail('cancelled'));
    this.#governor.setSpeed(speed, this.#running?.lab.now ?? 0);
    this.#changed();
  }

  async step(host: number, _unit: StepUnit): Promise<Result<Timed<null>>> {
    const found = this.#host(host);
    if (!found.ok) return found;
    this.#endGoal(fail('cancelled'));
    this.#running?.lab.advance(found.value.now + found.value.quantumNs);
    this.#changed();
    return ok({ at: found.value.now, value: null });
  }

  async runTo(virtualNs: VirtualNs, onProgress: OnProgress): Promise<Result<Timed<null>>> {
    const lab = this.#running?.lab;
    if (lab === undefined) return fail('no-lab');
    this.#endGoal(fail('cancelled'));
    this.#governor.runTo(virtualNs, lab.now);
    const ended = new Promise<Result<Timed<null>>>((end) => {
      this.#goal = { fromNs: lab.now, ns: virtualNs, onProgress, end };
    });
    this.#changed();
    return ended;
  }

  #endGoalAt(now: VirtualNs): void {
    const lab = this.#running?.lab;
    const failures = lab?.hosts.flatMap((_, index) => lab.failure(index) ?? []) ?? [];
    const [failure] = failures;
    const isReached = now >= (this.#goal?.ns ?? 0);
    this.#endGoal(
      isReached || failure === undefined ? ok({ at: now, value: null }) : fail(failure.code, failure.data),
    );
  }

  #endGoal(result: Result<Timed<null>>): void {
    const goal = this.#goal;
    if (goal === undefined) return;
    this.#goal = undefined;
    this.#governor.pause(this.#running?.lab.now ?? 0);
    goal.end(result);
  }

  // Commands.

  async command(host: number, command: Command): Promise<Result<Timed<null>>> {
    const running = this.#running;
    const found = this.#host(host);
    if (!found.ok || running === undefined) return found.ok ? fail('no-lab') : found;
    const prepared = await this.#prepare(found.value, command);
    if (!prepared.ok) return prepared;
    // Images may have taken their time, and another lab is open since.
    if (this.#running !== running) return fail('superseded');
    const at = found.value.now;
    const result = running.lab.execute(host, command);
    this.#changed();
    return result.ok ? ok({ at, value: null }) : result;
  }

  /** Software that a VM is about to be started with is fetched first; without it nothing is done. */
  async #prepare(host: Host, command: Command): Promise<Result<null>> {
    if (command.op !== 'vm.create' && command.op !== 'vm.start' && command.op !== 'vm.reset') return ok(null);
    const spec = command.op === 'vm.create' ? command.args.vm : host.vm(command.args.vm)?.spec;
    if (spec === undefined || this.#images === undefined) return ok(null);
    const { signal } = this.#work;
    const fetched = await fetchSoftware([spec], { images: this.#images, signal, onProgress: () => {} });
    if (!fetched.ok) return fail(String(signal.reason));
    const [missing] = fetched.value;
    return missing === undefined ? ok(null) : { ok: false, error: missing.error };
  }

  // Looking.

  #lab<T>(look: (running: RunningLab) => Result<T>): Result<T> {
    return this.#running === undefined ? fail('no-lab') : look(this.#running);
  }
  #host(index: number): Result<Host> {
    return this.#lab((running) => running.host(index));
  }
  #vm<T>(ref: VmRef, look: (vm: Vm, host: Host) => T): Result<Timed<T>> {
    return this.#lab((running) => running.vm(ref, look));
  }
  #vcpu<T>(ref: VmRef, index: number, look: (vm: Vm, vcpu: Vcpu) => Result<T>): Result<Timed<T>> {
    return this.#lab((running) => running.vcpu(ref, index, look));
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
    const answer = timeline(found.value, hart, fromNs, toNs, limit);
    return answer.ok ? ok({ at: found.value.now, value: answer.value }) : answer;
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
    return this.#running?.events.since(serial) ?? [];
  }
  async exportMetrics(ref: VmRef, metrics: readonly MetricId[]): Promise<Result<string>> {
    const table = this.#vm(ref, (vm, host) => metricsTable(vm, host, metrics));
    return table.ok ? ok(table.value.value) : table;
  }

  // Images, links, files.

  async images(): Promise<readonly ImageInfo[]> {
    return this.#images?.infos(this.#work.signal) ?? [];
  }
  async addImage(name: string, bytes: Uint8Array): Promise<Result<ImageInfo>> {
    return this.#images?.addFile(name, bytes) ?? fail('no-lab');
  }
  async setLayout(layout: LabDescription['layout']): Promise<void> {
    if (this.#running !== undefined) this.#running.layout = layout;
  }
  async share(): Promise<Result<ShareLink>> {
    return this.#lab((running) => linkOf(running.record()));
  }
  async exportState(): Promise<Result<Uint8Array>> {
    return this.#lab((running) => ok(fileOf(running.record())));
  }
  async hash(): Promise<Result<Timed<{ readonly lab: string; readonly hosts: readonly string[] }>>> {
    return this.#lab(({ lab }) => {
      const hosts = lab.hashes();
      return ok({ at: lab.now, value: { lab: hosts.join('-'), hosts } });
    });
  }
}

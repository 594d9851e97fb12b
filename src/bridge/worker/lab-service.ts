/**
 * The typed API over a running lab: opening, speed, commands, questions, sharing. It draws nothing and decides nothing about the machine.
 */
import { type Failure, fail, ok, type Result } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import type {
  AnswerOf,
  ArgumentsOf,
  Breakpoint,
  Hex64,
  LabDescription,
  QuestionId,
  Timed,
  VmRef,
} from '#bridge/protocol/answers';
import type {
  ImageInfo,
  LabApi,
  LabSource,
  OnBatch,
  OnProgress,
  OpenedLab,
  OpenOptions,
  ShareLink,
  Speed,
  StepUnit,
} from '#bridge/protocol/lab-api';
import type { Command } from '#hypervisor/commands';
import { debugHost, type Host } from '#hypervisor/host';
import { EngineModule } from '#machine/engine-module';
import { Governor } from './governor.ts';
import { type Fetcher, Images } from './images.ts';
import { fetchSoftware, openLab } from './opening.ts';
import { type Defer, deferByMessage, RunLoop } from './run-loop.ts';
import { RunningLab } from './running-lab.ts';
import { fileOf, linkOf } from './sharing.ts';

/** Batches go out no more often than the page can draw. */
const BATCH_MS = 16;
/** Virtual time that a step is given: a vCPU that waits for longer does nothing. */
const MOST_STEP_NS: VirtualNs = 10_000_000_000;

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
  /** What it means that the time has come. */
  readonly atEnd: Result<null>;
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

  #inLab<T>(look: (running: RunningLab) => Result<T>): Result<T> {
    return this.#running === undefined ? fail('no-lab') : look(this.#running);
  }
  #hostAt(index: number): Result<Host> {
    return this.#inLab((running) => running.host(index));
  }

  // Opening.

  async open(source: LabSource, options: OpenOptions, onProgress: OnProgress): Promise<Result<OpenedLab>> {
    const signal = this.#endWork('superseded');
    const opened = await this.#open(source, options, signal, onProgress);
    // Whatever became of it: the person has asked for something else since.
    if (signal.aborted) return ended(signal);
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
      wallMs: () => this.#governor.wallMs,
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
    if (lab.stopped !== undefined && this.#governor.speed.running) {
      this.#endGoal(ok({ at: lab.now, value: null }));
      this.#governor.pause(lab.now);
      this.#lastBatchMs = Number.NEGATIVE_INFINITY;
    }
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
    const stop = running.stop;
    const measured = this.#governor.measure(lab.now, lab.instructions);
    onBatch({
      serial: this.#serial,
      status: { speed, virtualNs: lab.now, ...measured, ...(stop === undefined ? {} : { stop }) },
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
    if (speed.running) this.#goOn();
    this.#governor.setSpeed(speed, this.#running?.lab.now ?? 0);
    this.#changed();
  }

  /** Hosts that stand at a breakpoint or after a step may go on, but for one that has been told where to already. */
  #goOn(except?: Host): void {
    for (const host of this.#running?.lab.hosts ?? []) if (host !== except) host.stops.resume();
  }

  async step(
    index: number,
    unit: StepUnit,
    of?: { readonly vm: string; readonly vcpu: number },
  ): Promise<Result<Timed<null>>> {
    const found = this.#hostAt(index);
    const lab = this.#running?.lab;
    if (!found.ok || lab === undefined) return found.ok ? fail('no-lab') : found;
    const host = found.value;
    const rest = host.restOfQuantumNs;
    const end = host.now + (rest > 0 ? rest : host.quantumNs);
    if (unit !== 'quantum') {
      const { vm = '', vcpu = 0 } = of ?? {};
      const begun = debugHost(host, { kind: 'step', vm, vcpu, unit });
      if (!begun.ok) return begun;
    }
    this.#endGoal(fail('cancelled'));
    this.#governor.pause(lab.now);
    this.#goOn(unit === 'quantum' ? undefined : host);
    // Most steps are done within a quantum; a vCPU that waits takes longer than a call may.
    lab.advance(end);
    if (unit !== 'quantum' && lab.stopped === undefined)
      return this.#runTo(lab.now + MOST_STEP_NS, () => undefined, fail('step-waits'));
    this.#changed();
    return ok({ at: host.now, value: null });
  }

  async runToAddress(ref: VmRef, gva: Hex64): Promise<Result<Timed<null>>> {
    const found = this.#hostAt(ref.host);
    if (!found.ok) return found;
    const begun = debugHost(found.value, { kind: 'run-to', vm: ref.vm, address: gva });
    if (!begun.ok) return begun;
    this.#endGoal(fail('cancelled'));
    this.#goOn(found.value);
    this.#governor.setSpeed({ ...this.#governor.speed, running: true }, this.#running?.lab.now ?? 0);
    this.#changed();
    return ok({ at: found.value.now, value: null });
  }

  async setBreakpoints(host: number, breakpoints: readonly Breakpoint[]): Promise<Result<Timed<null>>> {
    const found = this.#hostAt(host);
    if (!found.ok) return found;
    const set = debugHost(found.value, { kind: 'breakpoints', breakpoints });
    return set.ok ? ok({ at: found.value.now, value: null }) : set;
  }

  async runTo(virtualNs: VirtualNs, onProgress: OnProgress): Promise<Result<Timed<null>>> {
    this.#endGoal(fail('cancelled'));
    this.#goOn();
    return this.#runTo(virtualNs, onProgress, ok(null));
  }

  async #runTo(
    virtualNs: VirtualNs,
    onProgress: OnProgress,
    atEnd: Result<null>,
  ): Promise<Result<Timed<null>>> {
    const lab = this.#running?.lab;
    if (lab === undefined) return fail('no-lab');
    this.#governor.runTo(virtualNs, lab.now);
    const ended = new Promise<Result<Timed<null>>>((end) => {
      this.#goal = { fromNs: lab.now, ns: virtualNs, onProgress, atEnd, end };
    });
    this.#changed();
    return ended;
  }

  #endGoalAt(now: VirtualNs): void {
    const lab = this.#running?.lab;
    const failures = lab?.hosts.flatMap((_, index) => lab.failure(index) ?? []) ?? [];
    const [failure] = failures;
    const isReached = now >= (this.#goal?.ns ?? 0);
    const atEnd = this.#goal?.atEnd ?? ok(null);
    const reached = atEnd.ok ? ok({ at: now, value: null }) : atEnd;
    this.#endGoal(isReached || failure === undefined ? reached : { ok: false, error: failure });
  }

  #endGoal(result: Result<Timed<null>>): void {
    const goal = this.#goal;
    if (goal === undefined) return;
    this.#goal = undefined;
    this.#governor.pause(this.#running?.lab.now ?? 0);
    goal.end(result);
  }

  // Questions.

  async ask<Id extends QuestionId>(
    host: number,
    id: Id,
    args: ArgumentsOf<Id>,
  ): Promise<Result<Timed<AnswerOf<Id>>>> {
    const found = this.#hostAt(host);
    // The name says what the answer is.
    return found.ok ? (found.value.ask(id, args) as Result<Timed<AnswerOf<Id>>>) : found;
  }

  // Commands.

  async command(host: number, command: Command): Promise<Result<Timed<null>>> {
    const running = this.#running;
    const found = this.#hostAt(host);
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
    if (!fetched.ok) return ended(signal);
    const [missing] = fetched.value;
    return missing === undefined ? ok(null) : { ok: false, error: missing.error };
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
    return this.#inLab((running) => linkOf(running.record()));
  }
  async exportState(): Promise<Result<Uint8Array>> {
    return this.#inLab((running) => ok(fileOf(running.record())));
  }
  async hash(): Promise<Result<Timed<{ readonly lab: string; readonly hosts: readonly string[] }>>> {
    return this.#inLab(({ lab }) => {
      const hosts = lab.hashes();
      return ok({ at: lab.now, value: { lab: hosts.join('-'), hosts } });
    });
  }
}

/** Work that was ended: by a person, or because another lab is wanted. */
function ended({ reason }: AbortSignal): Failure {
  return fail(reason === 'superseded' ? 'superseded' : 'cancelled');
}

/**
 * The typed API over a running lab: opening, speed, commands, questions, sharing. It draws nothing and decides nothing about the machine.
 */
import type { TypedLines } from '#base/lab-action';
import { fail, ok, type Result } from '#base/result';
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
import type { BackTo, KeepingReport } from '#bridge/protocol/keeping';
import type {
  ImageInfo,
  LabAction,
  LabApi,
  LabSource,
  LinkContent,
  OnBatch,
  OnProgress,
  OpenedLab,
  OpenOptions,
  Pace,
  Progress,
  SharedAs,
  ShareLink,
  Speed,
  StepUnit,
  VmFileInfo,
} from '#bridge/protocol/lab-api';
import type { Command } from '#hypervisor/commands';
import type { LabImage } from '#lab/checkpoints/checkpoint';
import { historyOf, refusedActions } from '#lab/history';
import { typedLines } from '#lab/typed-lines';
import { Batches } from './batches.ts';
import { beginningAt } from './beginning.ts';
import { DiskCalls, type OpenedForDisks } from './disks/disk-calls.ts';
import type { Run } from './disks/kept-disks.ts';
import { keepSealed } from './disks/lab-layers.ts';
import { Governor } from './governor.ts';
import { Keeper, type Prepared } from './keeping/keeper.ts';
import { ended, fetchSoftware, type Opened } from './opening.ts';
import type { PastRun } from './past.ts';
import { RunControl, type VcpuRef } from './run-control.ts';
import { type Defer, deferByMessage, RunLoop } from './run-loop.ts';
import { RunningLab } from './running-lab.ts';
import type { Surroundings } from './surroundings.ts';
import { Tools } from './tools.ts';

export class LabService extends DiskCalls implements LabApi {
  readonly #governor: Governor;
  readonly #loop: RunLoop;
  readonly #control: RunControl;
  readonly #keeper: Keeper;
  readonly #defer: Defer;
  readonly #batches: Batches;
  readonly #tools: Tools;
  /** What the lab was before it was taken back last. */
  #before: PastRun | undefined;
  #running: RunningLab | undefined;
  /** With which it was opened. */
  #options: OpenOptions | undefined;
  #serial = 0;
  /** Software that a command waits for. */
  #fetching: Progress | undefined;
  /** Long work that is under way listens to it. */
  #work = new AbortController();

  constructor(surroundings: Surroundings) {
    super(surroundings.disks);
    this.#governor = new Governor(surroundings.wallMs);
    this.#tools = new Tools({
      layers: (name) => this.kept.chain(name),
      ...{ kept: this.lasting, surroundings },
      wallMs: () => this.#governor.wallMs,
      pause: () => this.pause(),
    });
    this.#control = new RunControl({
      ...{ governor: this.#governor, running: () => this.#running },
      changed: () => this.#changed(),
    });
    this.#batches = new Batches(() => this.#governor.wallMs);
    this.#defer = surroundings.defer ?? deferByMessage();
    this.#loop = new RunLoop(() => this.#slice(), this.#defer);
    this.#keeper = new Keeper({
      ...{ places: surroundings.places, wallMs: () => this.#governor.wallMs },
      speed: () => this.#control.speedWithoutGoal,
      pause: () => this.pause(),
      before: (lab) => keepSealed(lab, this.kept),
      changed: () => this.#changed(),
    });
  }

  protected override readonly opened: OpenedForDisks = {
    ...{ lab: () => this.#running?.lab, key: () => this.#keeper.key, changed: () => this.#changed() },
  };
  #inLab<T>(look: (running: RunningLab) => Result<T>): Result<T> {
    return this.#running === undefined ? fail('no-lab') : look(this.#running);
  }

  // Opening.
  async open(source: LabSource, options: OpenOptions, onProgress: OnProgress): Promise<Result<OpenedLab>> {
    const signal = this.#endWork('superseded');
    const whom = { options, signal, onProgress };
    const engine = await this.#tools.load(whom);
    if (!engine.ok) return engine;
    let prepared = await this.#keeper.prepare(source, options.keep, engine.value.hash);
    const { beginning } = prepared;
    const from: LabSource = beginning === undefined ? source : { kind: 'scenario', scenario: beginning };
    const open = (image?: LabImage): ReturnType<Tools['open']> =>
      this.#tools.open(engine.value, from, whom, image);
    let opened = await open(prepared.found?.image);
    if (!opened.ok && prepared.found !== undefined && !signal.aborted) {
      // What was kept cannot be gone on with, perhaps by this version of the program: the lab begins anew.
      prepared = { place: prepared.place, state: prepared.state };
      opened = await open();
    }
    // Whatever became of it: the person has asked for something else since.
    if (signal.aborted || !opened.ok) {
      if (opened.ok) opened.value.lab.close();
      await this.#keeper.abandon(prepared);
      return opened.ok || signal.aborted ? ended(signal) : opened;
    }
    return ok(await this.#show(opened.value, options, prepared));
  }

  /** The lab that was opened takes the place of the one before. */
  async #show(
    { lab, missingImages, run }: Opened,
    options: OpenOptions,
    prepared: Prepared,
  ): Promise<OpenedLab> {
    const running = new RunningLab(lab);
    await this.#keeper.adopt(prepared, running);
    this.#options = options;
    const resumed = prepared.found?.resumed;
    const { speed, moment } = beginningAt(lab, options.speed);
    const shown = this.#replaceBy(running, resumed?.speed ?? speed, run);
    return {
      ...{ ...shown, missingImages, ...(resumed === undefined ? moment : {}) },
      ...(prepared.place === undefined ? {} : { keptAs: prepared.place.key }),
      ...(resumed === undefined ? {} : { resumed }),
    };
  }

  #replaceBy(running: RunningLab, speed: Speed, run: Run): Pick<OpenedLab, 'serial' | 'lab' | 'views'> {
    this.lasting.see(run);
    this.#control.end();
    this.#running?.lab.close();
    this.#running = running;
    this.#before = undefined;
    this.#serial += 1;
    this.#batches.begin();
    this.#governor.setSpeed(speed, running.lab.now);
    this.#changed();
    return { serial: this.#serial, lab: running.describe(), views: running.views };
  }

  async goBack(to: BackTo, onProgress: OnProgress): Promise<Result<OpenedLab>> {
    const before = this.#running;
    const { engine } = this.#tools;
    if (before === undefined || engine === undefined || this.#options === undefined) return fail('no-lab');
    const signal = this.#endWork('superseded');
    const { rate } = this.#control.speedWithoutGoal;
    await this.#control.setSpeed({ running: false, rate });
    // Who never goes back needs none of it.
    const { openPast, presentOf } = await import('./past.ts');
    const [breakpoints, present] = [await before.breakpoints(), await presentOf(before.lab)];
    // Between two quanta there is no checkpoint.
    if (present.place === undefined) await this.#keeper.keepNow(before);
    const opening = this.#tools.opening(engine, { options: this.#options, signal, onProgress });
    const past = { lab: before.lab, store: this.#keeper.store, before: this.#before };
    const opened = await openPast(past, to, opening);
    if (!opened.ok) return signal.aborted ? ended(signal) : opened;
    if (signal.aborted || this.#running !== before) {
      opened.value.lab.close();
      return ended(signal);
    }
    const running = new RunningLab(opened.value.lab);
    running.layout = before.layout;
    await running.setBreakpoints(breakpoints);
    await this.#keeper.goOnWith(running);
    const shown = this.#replaceBy(running, { running: false, rate }, opened.value.run);
    this.#before = present;
    const refused = refusedActions(running.lab, present);
    return ok({ ...shown, missingImages: opened.value.missingImages, refused });
  }

  /** Lets the loop have its turn. */
  protected override pause(): Promise<void> {
    return new Promise((resolve) => this.#defer(resolve));
  }

  /** Ends long work with a code; what begins now has a signal of its own. */
  #endWork(code: 'cancelled' | 'superseded'): AbortSignal {
    this.#work.abort(code);
    this.#work = new AbortController();
    return this.#work.signal;
  }

  async cancel(): Promise<void> {
    this.#endWork('cancelled');
    await this.#control.cancel();
  }
  async listen(onBatch: OnBatch | null): Promise<void> {
    this.#batches.receiver = onBatch;
    this.#changed();
  }
  async ping(): Promise<void> {
    // A host of another thread that hangs is found so too; of one that has failed nothing is expected.
    const hosts = this.#running?.lab.hosts ?? [];
    await Promise.all(hosts.map((host) => host.ping().catch(() => undefined)));
  }

  // Running.
  async #slice(): Promise<number> {
    const running = this.#running;
    if (running === undefined) return Number.POSITIVE_INFINITY;
    const waitMs = await this.#control.slice(running);
    if (this.#running !== running) return 0;
    const nextMs = Math.min(waitMs, this.#keeper.look(running));
    if (this.#batches.receiver === null) return nextMs;
    const { dueMs } = this.#batches;
    if (dueMs > 0) return Math.min(nextMs, Math.max(1, dueMs));
    await this.#sendBatch(running);
    return nextMs;
  }

  async #sendBatch(running: RunningLab): Promise<void> {
    const { lab } = running;
    const serial = this.#serial;
    this.#batches.collect();
    const news = await this.#while(running, running.news());
    if (news === undefined) return;
    const { speed } = this.#governor;
    const stop = running.stop;
    const { goal } = this.#control;
    const measured = this.#governor.measure(lab.now, lab.instructions);
    const timed = { speed, virtualNs: lab.now, instructions: lab.instructions, ...measured };
    const fetching = this.#fetching;
    const status = { ...timed, ...(stop && { stop }), ...(goal && { goal }), ...(fetching && { fetching }) };
    this.#batches.send({ serial, status, ...news, keeping: this.withDisks(this.#keeper.status) });
    this.#control.tellProgress(lab.now);
  }

  /** What hosts of a lab answer, as long as it is the one that is open: hosts of a lab that was closed answer nothing. */
  async #while<T>(running: RunningLab, answer: Promise<T>): Promise<T | undefined> {
    try {
      const value = await answer;
      return this.#running === running ? value : undefined;
    } catch (error) {
      if (this.#running === running) throw error;
      return undefined;
    }
  }

  /** What a call changed shows at once, also while the lab is paused. */
  #changed(): void {
    this.#batches.hasten();
    this.#loop.wake();
  }

  setSpeed(speed: Speed): Promise<void> {
    return this.#control.setSpeed(speed);
  }
  async setPace(pace: Pace): Promise<void> {
    this.#governor.pace = pace;
    if (pace === 'lively') this.#changed();
  }
  step(index: number, unit: StepUnit, of?: VcpuRef): Promise<Result<Timed<null>>> {
    return this.#control.step(index, unit, of);
  }
  runToAddress(ref: VmRef, gva: Hex64): Promise<Result<Timed<null>>> {
    return this.#control.runToAddress(ref, gva);
  }
  setBreakpoints(host: number, breakpoints: readonly Breakpoint[]): Promise<Result<Timed<null>>> {
    return this.#control.debug(host, { kind: 'breakpoints', breakpoints });
  }
  runTo(virtualNs: VirtualNs, onProgress: OnProgress): Promise<Result<Timed<null>>> {
    return this.#control.runTo(virtualNs, onProgress);
  }

  // Questions.
  async ask<Id extends QuestionId>(
    host: number,
    id: Id,
    args: ArgumentsOf<Id>,
  ): Promise<Result<Timed<AnswerOf<Id>>>> {
    const running = this.#running;
    if (running === undefined) return fail('no-lab');
    return (await this.#while(running, running.lab.answer(host, id, args))) ?? fail('superseded');
  }

  // Commands.
  async command(host: number, given: Command): Promise<Result<Timed<null>>> {
    const running = this.#running;
    const found = this.#inLab((lab) => lab.host(host));
    if (!found.ok || running === undefined) return found.ok ? fail('no-lab') : found;
    const command = await this.begun(given);
    const prepared = await this.#prepare(running, host, command);
    if (!prepared.ok) return prepared;
    // Images may have taken their time, and another lab is open since.
    if (this.#running !== running) return fail('superseded');
    const result = await this.#while(running, running.lab.execute(host, command));
    if (result === undefined) return fail('superseded');
    this.#changed();
    return result.ok ? ok({ at: found.value.status.now, value: null }) : result;
  }

  /** Software that a VM is about to be started with is fetched first, and files must be here; without them nothing is done. */
  async #prepare(running: RunningLab, host: number, command: Command): Promise<Result<null>> {
    const { images } = this.#tools;
    if (images === undefined) return ok(null);
    const { signal } = this.#work;
    const spec = await running.softwareOf(host, command);
    const onProgress = (progress: Progress | undefined): void => {
      this.#fetching = progress;
      this.#changed();
    };
    const needs = { images, signal, onProgress };
    const fetched = await fetchSoftware(spec === undefined ? [] : [spec], [command], needs);
    if (this.#fetching !== undefined) onProgress(undefined);
    if (!fetched.ok) return ended(signal);
    const [missing] = fetched.value;
    return missing === undefined ? ok(null) : { ok: false, error: missing.error };
  }

  // Images, links, files.

  async images(): Promise<readonly ImageInfo[]> {
    return this.#tools.images?.infos(this.#work.signal) ?? [];
  }
  async addImage(name: string, bytes: Uint8Array): Promise<Result<ImageInfo>> {
    return this.#tools.images?.addFile(name, bytes) ?? fail('no-lab');
  }
  async addGuestFile(name: string, bytes: Uint8Array): Promise<Result<null>> {
    return this.#tools.images?.addGuestFile(name, bytes) ?? fail('no-lab');
  }
  async addVmFile(name: string, bytes: Uint8Array): Promise<Result<VmFileInfo>> {
    const { images, engine } = this.#tools;
    if (images === undefined || engine === undefined) return fail('no-lab');
    return images.addVmFile(name, bytes, engine.hash);
  }
  async setLayout(layout: LabDescription['layout']): Promise<void> {
    if (this.#running !== undefined) this.#running.layout = layout;
  }
  async history(): Promise<Result<readonly LabAction[]>> {
    return this.#inLab(({ lab }) => ok(historyOf(lab.scenario, lab.log)));
  }
  async typedLines(known: number): Promise<Result<TypedLines | null>> {
    return this.#inLab(({ lab: { log } }) =>
      ok(log.length === known ? null : { commands: log.length, lines: typedLines(log) }),
    );
  }
  async share(...[as, others]: Parameters<LabApi['share']>): Promise<Result<ShareLink>> {
    const { linkOf } = await import('./sharing.ts');
    return this.#inLab((running) => linkOf(running.record(), running.lab.now, as, others));
  }
  async checkLink(text: string): Promise<Result<LinkContent>> {
    return (await import('./sharing.ts')).contentOf(text);
  }
  async saveLab(): Promise<Result<Uint8Array>> {
    const running = this.#running;
    const { engine } = this.#tools;
    if (running === undefined || engine === undefined) return fail('no-lab');
    const checkpoint = await running.lab.checkpoint([], running.layout);
    if (this.#running !== running) return fail('superseded');
    if (checkpoint === undefined) return fail('lab.betweenQuanta');
    const { writeLabFile } = await import('#lab/checkpoints/lab-file');
    return writeLabFile(checkpoint, { hash: engine.hash, pause: () => this.pause() });
  }
  keeping(): Promise<KeepingReport> {
    return this.#keeper.report();
  }
  async keepNow(): Promise<void> {
    if (this.#running !== undefined) await this.#keeper.keepNow(this.#running);
  }
  setKeepRoom(bytes: number): Promise<void> {
    return this.#keeper.setRoom(bytes);
  }
  forgetKept(): Promise<Result<null>> {
    return this.#keeper.forget();
  }
  async exportState(as: SharedAs): Promise<Result<Uint8Array>> {
    const { fileOf } = await import('./sharing.ts');
    return this.#inLab((running) => ok(fileOf(running.record(), running.lab.now, as)));
  }
  async hash(): Promise<Result<Timed<{ readonly lab: string; readonly hosts: readonly string[] }>>> {
    const running = this.#running;
    if (running === undefined) return fail('no-lab');
    const hosts = await this.#while(running, running.lab.hashes());
    if (hosts === undefined) return fail('superseded');
    return ok({ at: running.lab.now, value: { lab: hosts.join('-'), hosts } });
  }
}

/**
 * `LabClient` over a real worker: starts it, hands it calls, sorts its batches, and starts it again when it dies or
 * hangs. Never holds the page up: every wait is a promise.
 */

import { proxy, type Remote, releaseProxy, transfer, wrap } from 'comlink';
import { HOST_CONSOLE } from '#base/catalogue/host-software';
import { messageOf } from '#base/error-message';
import { type Failure, fail, type LabError, type Result } from '#base/result';
import { ViewReader } from '#base/views';
import type { LabDescription } from '#bridge/protocol/answers';
import type { BackTo, KeepingStatus, KeepWish, Resumed } from '#bridge/protocol/keeping';
import type {
  LabApi,
  LabBatch,
  LabEvent,
  LabSource,
  LabStatus,
  OnProgress,
  OpenedLab,
  OpenOptions,
  Speed,
} from '#bridge/protocol/lab-api';
import type { ClientFailure, ClientTopic, LabCalls, LabClient } from './client.ts';
import { ConsoleStream } from './console-stream.ts';
import { randomWord } from './random-word.ts';

/** What the page knows about its surroundings. */
export type ClientSetting = Omit<OpenOptions, 'speed' | 'keep'>;

const EVENTS_KEPT = 1000;
/** The worker answers a ping between two slices; this long without an answer and it hangs. */
const HANG_MS = 15_000;
const PING_EVERY_MS = 5_000;
/** A lab that ends its worker so often, without a sign of life between, is not opened again. */
const MOST_DEATHS = 5;
const NOT_KEPT: KeepingStatus = { state: 'off' };
const IDLE: LabStatus = {
  speed: { running: false, rate: 1 },
  virtualNs: 0,
  ratio: 0,
  instructions: 0,
  instructionsPerSecond: 0,
};

export class WorkerLabClient implements LabClient {
  readonly calls: LabCalls;
  readonly ask: LabApi['ask'];
  readonly shared: boolean;
  readonly #setting: ClientSetting;
  readonly #startWorker: () => Worker;
  readonly #listeners: Map<ClientTopic, Set<() => void>> = new Map();
  readonly #consoles: Map<string, ConsoleStream> = new Map();
  readonly #waiting: Set<(reason: Error) => void> = new Set();
  #worker!: Worker;
  #remote!: Remote<LabApi>;
  #views: ViewReader[] = [];
  #lab: LabDescription | null = null;
  #status: LabStatus = IDLE;
  #events: readonly LabEvent[] = [];
  /** The lab of this worker that is shown; 0: none. */
  #serial = 0;
  /** Batches of a lab that is open in the worker, while the answer that says so is on its way. */
  #early: LabBatch[] = [];
  #failure: ClientFailure | null = null;
  /** What to open again after a failure: the last source, or of a lab that is not kept the last link, which carries what was typed. */
  #source: LabSource | null = null;
  /** The word under which the browser keeps the lab that is open. */
  #keptAs: string | undefined;
  #keep: Omit<KeepWish, 'tab'> | undefined;
  #keeping: KeepingStatus = NOT_KEPT;
  #resumed: Resumed | null = null;
  /** Somebody has commanded something since the lab was opened, or saved as a file. */
  #isWorkedOn = false;
  /** Since the last sign of life. */
  #deaths = 0;
  readonly #tab: string = randomWord();
  readonly #hidden = (): void => {
    if (document.visibilityState === 'hidden') this.calls.keepNow().catch(() => undefined);
  };
  #pingTimer: ReturnType<typeof setInterval> | undefined;
  #pingSentAt: number | null = null;

  constructor(setting: ClientSetting, startWorker: () => Worker) {
    this.#setting = setting;
    this.#startWorker = startWorker;
    this.shared = setting.shared;
    this.calls = this.#passThrough();
    this.ask = (host, id, args) => this.calls.ask(host, id, args);
    this.#start();
    // A page that is hidden may never be shown again.
    globalThis.document?.addEventListener('visibilitychange', this.#hidden);
  }

  async open(
    source: LabSource,
    speed: Speed,
    onProgress: OnProgress,
    keep?: Omit<KeepWish, 'tab'>,
  ): Promise<Result<OpenedLab>> {
    const wish = keep === undefined ? {} : { keep: { ...keep, tab: this.#tab } };
    const options = { ...this.#setting, speed, ...wish };
    const opened = await this.#guarded(
      this.#remote.open(source, options, proxy(onProgress)) as Promise<Result<OpenedLab>>,
    );
    if (!opened.ok) return opened;
    // Of two answers the later lab counts, whichever comes first.
    if (opened.value.serial < this.#serial) return opened;
    this.#source = source;
    this.#keptAs = opened.value.keptAs;
    this.#keep = keep;
    this.#keeping = NOT_KEPT;
    this.#adopt(opened.value);
    if (opened.value.moment !== undefined) await this.#comeTo(opened.value.moment, speed, onProgress);
    return opened;
  }

  /** Brings a lab that was opened to the moment that its link names, at full speed; whoever cancels it stays where it has come to. */
  async #comeTo(moment: number, speed: Speed, onProgress: OnProgress): Promise<void> {
    const serial = this.#serial;
    const come = await this.runTo(moment, onProgress);
    // What ended it may be another goal, which somebody has set meanwhile.
    const isFree = come.ok || !this.#status.speed.running;
    if (this.#serial === serial && isFree) await this.calls.setSpeed(speed);
  }

  /** What the page knows is of the lab that is open now. */
  #adopt({ serial, lab, views, resumed }: OpenedLab): void {
    this.#isWorkedOn = false;
    this.#resumed = resumed ?? null;
    this.#serial = serial;
    for (const stream of this.#consoles.values()) stream.clear();
    this.#events = [];
    this.#lab = lab;
    this.#adoptViews(views);
    this.#tell('lab', 'events', 'views', 'keeping', 'resumed');
    for (const batch of this.#early.splice(0)) this.#receive(batch);
  }

  async goBack(to: BackTo, onProgress: OnProgress): Promise<Result<OpenedLab>> {
    const answer = await this.#guarded(
      this.#remote.goBack(to, proxy(onProgress)) as Promise<Result<OpenedLab>>,
    );
    if (answer.ok && answer.value.serial > this.#serial) this.#adopt(answer.value);
    return answer;
  }

  /** Answers when the page, too, has heard of the end: what it shows is then of that time. */
  async runTo(virtualNs: number, onProgress: OnProgress): ReturnType<LabApi['runTo']> {
    const answer = await this.#guarded(
      this.#remote.runTo(virtualNs, proxy(onProgress)) as ReturnType<LabApi['runTo']>,
    );
    if (answer.ok) await this.#guarded(this.#heardOf(answer.value.at));
    return answer;
  }

  /** Ends with the batch that tells of a time, or with the lab. */
  #heardOf(virtualNs: number): Promise<void> {
    const serial = this.#serial;
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#status.virtualNs < virtualNs && this.#serial === serial) return;
        end();
        resolve();
      };
      const end = this.subscribe('status', look);
      look();
    });
  }

  cancel(): void {
    this.#remote.cancel().catch(() => undefined);
  }

  lab(): LabDescription | null {
    return this.#lab;
  }
  status(): LabStatus {
    return this.#status;
  }
  events(): readonly LabEvent[] {
    return this.#events;
  }
  failure(): ClientFailure | null {
    return this.#failure;
  }
  keeping(): KeepingStatus {
    return this.#keeping;
  }
  hasUnkeptWork(): boolean {
    return this.#isWorkedOn && this.#keeping.state !== 'on';
  }
  wasSaved(): void {
    this.#isWorkedOn = false;
  }
  resumed(): Resumed | null {
    return this.#resumed;
  }
  view(host: number): ViewReader | undefined {
    return this.#views[host];
  }
  readViews(): void {
    for (const view of this.#views) view.read();
  }

  console(host: number, vm: string): ConsoleStream {
    const key = `${host}/${vm}`;
    let stream = this.#consoles.get(key);
    if (stream === undefined) {
      stream = new ConsoleStream((text) =>
        vm === HOST_CONSOLE
          ? this.calls.command(host, { op: 'host.type', args: { text } })
          : this.calls.command(host, { op: 'console.input', args: { vm, text } }),
      );
      this.#consoles.set(key, stream);
    }
    return stream;
  }

  subscribe(topic: ClientTopic, listener: () => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  dispose(): void {
    globalThis.document?.removeEventListener('visibilitychange', this.#hidden);
    this.#stop(new Error('disposed'));
  }

  /** Every call of the API by its name; there is no list of them that one could be missing from. */
  #passThrough(): LabCalls {
    // Whatever goes wrong is an answer: the client may have been disposed of.
    const call = async (name: string, args: readonly unknown[]): Promise<unknown> => {
      const remote = this.#remote as unknown as Record<
        string,
        (...args: readonly unknown[]) => Promise<unknown>
      >;
      return this.#guarded(remote[name]!(...args));
    };
    const careful: Partial<LabCalls> = {
      // A file goes over without a copy.
      addImage: (name, bytes) =>
        call('addImage', [name, transfer(bytes, [bytes.buffer as ArrayBuffer])]) as ReturnType<
          LabApi['addImage']
        >,
      addVmFile: (name, bytes) =>
        call('addVmFile', [name, transfer(bytes, [bytes.buffer as ArrayBuffer])]) as ReturnType<
          LabApi['addVmFile']
        >,
      importDisk: (file, title, onRead) =>
        call('importDisk', [file, title, proxy(onRead)]) as ReturnType<LabApi['importDisk']>,
      exportDisk: (what, name, format, onRead) =>
        call('exportDisk', [what, name, format, proxy(onRead)]) as ReturnType<LabApi['exportDisk']>,
      command: async (host, command) => {
        const answer = (await call('command', [host, command])) as Awaited<ReturnType<LabApi['command']>>;
        if (answer.ok) this.#isWorkedOn = true;
        return answer;
      },
      share: async (as, others) => {
        const answer = (await call('share', [as, others])) as Awaited<ReturnType<LabApi['share']>>;
        // Without what was typed it is not what to go on from.
        if (as !== 'set-up') this.#rememberLink(answer);
        return answer;
      },
    };
    return new Proxy(careful as LabCalls, {
      get: (known, name) =>
        typeof name === 'symbol' || name === 'then'
          ? undefined
          : ((known as unknown as Readonly<Record<string, unknown>>)[name] ??
            ((...args: readonly unknown[]) => call(name, args))),
    });
  }

  #rememberLink(answer: Awaited<ReturnType<LabApi['share']>>): void {
    if (answer.ok && answer.value.omittedFiles.length === 0 && this.#keptAs === undefined)
      this.#source = { kind: 'link', text: answer.value.fragment };
  }

  /** A promise that also ends when the worker does; otherwise a call to a dead worker would wait for ever. */
  #guarded<T>(answer: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.add(reject);
      answer.then(resolve, reject).finally(() => this.#waiting.delete(reject));
    });
  }

  #start(): void {
    const worker = this.#startWorker();
    this.#worker = worker;
    this.#serial = 0;
    this.#early = [];
    this.#remote = wrap<LabApi>(worker);
    // One that broke may say so twice, and has been replaced at the first time.
    const died = (message: string): void => {
      if (this.#worker === worker) this.#restart('worker-died', message);
    };
    worker.addEventListener('error', (event) => died(event.message));
    worker.addEventListener('messageerror', () => died('message'));
    this.#remote.listen(proxy((batch: LabBatch) => this.#receive(batch))).catch(() => undefined);
    this.#pingSentAt = null;
    this.#pingTimer = setInterval(() => this.#watch(), PING_EVERY_MS);
  }

  #stop(reason: Error): void {
    clearInterval(this.#pingTimer);
    this.#worker.terminate();
    for (const reject of this.#waiting) reject(reason);
    this.#waiting.clear();
    this.#remote[releaseProxy]();
  }

  /** Time that the page slept (hidden, frozen) does not count: the clock of the wait starts when the page looks. */
  #watch(): void {
    const now = performance.now();
    if (this.#pingSentAt === null) {
      this.#pingSentAt = now;
      this.#remote.ping().then(
        () => {
          this.#pingSentAt = null;
        },
        () => undefined,
      );
      return;
    }
    if (now - this.#pingSentAt > HANG_MS && document.visibilityState === 'visible')
      this.#restart('worker-hung', '');
  }

  #restart(code: 'worker-died' | 'worker-hung', message: string): void {
    this.#stop(new Error(code));
    this.#deaths += 1;
    const { speed } = this.#status;
    this.#status = { ...IDLE, speed };
    this.#start();
    // Whoever hears of it may ask at once: there is a worker again.
    this.#fail({ code, data: { message } });
    this.#tell('status');
    if (this.#source === null || this.#deaths >= MOST_DEATHS) return;
    this.#reopen(this.#source, speed)
      .then((opened) => {
        if (!opened.ok) this.#fail(opened.error);
      })
      // The worker died meanwhile, which has been told.
      .catch(() => undefined);
  }

  /** Goes on with what is kept, or begins again: also at the last attempt, since what is kept may be what kills the worker. */
  async #reopen(source: LabSource, speed: Speed): Promise<Result<OpenedLab>> {
    const anew = this.#deaths === MOST_DEATHS - 1;
    const keep = this.#keep && { ...this.#keep, anew };
    const nothing = (): void => undefined;
    if (this.#keptAs !== undefined && !anew) {
      const kept = await this.open({ kind: 'kept', key: this.#keptAs }, speed, nothing, keep);
      this.#source = source;
      if (kept.ok) return kept;
    }
    return this.open(source, speed, nothing, keep);
  }

  #fail(error: LabError): void {
    this.#failure = { error, serial: (this.#failure?.serial ?? 0) + 1 };
    this.#tell('failure');
  }

  #receive(batch: LabBatch): void {
    if (batch.serial > this.#serial) this.#early.push(batch);
    if (batch.serial !== this.#serial) return;
    this.#status = batch.status;
    this.#deaths = 0;
    for (const patch of batch.patches) this.#views[patch.host]?.patch(patch.offset, patch.bytes);
    for (const output of batch.console)
      this.console(output.host, output.vm).append(output.bytes, output.dropped, output.anew);
    if (batch.events.length > 0) this.#events = [...this.#events, ...batch.events].slice(-EVENTS_KEPT);
    if (batch.lab !== undefined) this.#lab = batch.lab;
    if (batch.keeping !== undefined) this.#keeping = batch.keeping;
    this.#tell('status');
    if (batch.keeping !== undefined) this.#tell('keeping');
    if (batch.lab !== undefined) this.#tell('lab');
    if (batch.events.length > 0) this.#tell('events');
    if (batch.console.length > 0) this.#tell('console');
  }

  #adoptViews(handles: OpenedLab['views']): void {
    this.#views = handles.map((handle) => new ViewReader(handle.layout, handle.buffer));
  }

  #tell(...topics: ClientTopic[]): void {
    for (const topic of topics) for (const listener of this.#listeners.get(topic) ?? []) listener();
  }
}

/** A call that the worker could not answer, as an error value. */
export function failureOf(error: unknown): Failure {
  const message = messageOf(error);
  if (message === 'worker-died') return fail(message, { message: '' });
  return message === 'worker-hung' ? fail(message) : fail('internal', { message });
}

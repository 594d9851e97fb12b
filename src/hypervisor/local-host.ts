/** A host in this thread, behind the port. */
import { fail, type LabError, ok, type Result } from '#base/result';
import type { CommandData, HostSpec } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import { LayerMissingError } from '#machine/devices/disk/layers/layered-disk';
import type { EngineModule } from '#machine/engine-module';
import type { DebugRequest } from './cpu/debugger.ts';
import { stopOf } from './cpu/stop-report.ts';
import { Host, type HostEnvironment } from './host.ts';
import type { LaterParts } from './later.ts';
import { type HostNews, NewsReader } from './monitor/news.ts';
import type { Peers, Waiting } from './peers/peers.ts';
import type {
  Advanced,
  HostBeginning,
  HostPort,
  HostStatus,
  LinkFrame,
  MakeHost,
  PortLimits,
} from './port.ts';
import type { Timed } from './questions/question.ts';
import { laterParts, REGISTRIES } from './registries.ts';
import type { HostCheckpoint } from './snapshot/host-checkpoint.ts';

/** Why a host could not be made, in words that go through threads. */
function reasonOf({ code, data }: LabError): string {
  return code === 'disk.layerMissing'
    ? new LayerMissingError(String(data['layer'])).message
    : String(data['message'] ?? code);
}

export class LocalHost implements HostPort {
  /** For tests, and for those who serve the port of a host in this thread. */
  readonly host: Host;
  readonly beginning: HostBeginning;
  readonly #news: NewsReader;
  readonly #later: LaterParts;
  readonly #peers: Peers | undefined;
  /** What questions name places in code by. */
  readonly #comeNames: () => Promise<void>;

  /**
   * Makes hosts in this thread.
   *
   * @param waiting where hosts of other threads are neighbours
   */
  static maker(
    engine: EngineModule,
    environment: HostEnvironment,
    waiting?: Waiting,
  ): (...given: Parameters<MakeHost>) => Promise<LocalHost> {
    const registries = environment.registries ?? REGISTRIES;
    return async (spec, settings, image, place) => {
      // What a state holds, nobody knows before it is read.
      if (image === undefined) await laterParts(registries).comeFor(spec);
      else await laterParts(registries).come();
      const made =
        image === undefined
          ? ok(Host.create(engine, spec, settings, environment))
          : Host.fromImage(engine, image, spec, environment);
      if (!made.ok) throw new Error(reasonOf(made.error));
      const host = made.value;
      const isWired = waiting !== undefined && place !== undefined && environment.shared;
      const peers = isWired
        ? new (await import('./peers/peers.ts')).Peers(host, place.wiring(), waiting)
        : undefined;
      const comeNames = async () => environment.software.comeNames?.();
      return new LocalHost(host, environment.shared, peers, comeNames);
    };
  }

  /** @param shared the view of the host in memory that a page shares */
  constructor(host: Host, shared: boolean, peers?: Peers, comeNames = async (): Promise<void> => {}) {
    this.#comeNames = comeNames;
    this.host = host;
    this.#later = laterParts(host.registries);
    this.#peers = peers;
    this.#news = new NewsReader(host, shared);
    this.beginning = { description: this.#news.first, view: this.#news.view };
  }

  get spec(): HostSpec {
    return this.host.spec;
  }
  get status(): HostStatus {
    const { now, instructions, restOfQuantumNs, idleUntil } = this.host;
    const stop = stopOf(this.host);
    return { now, instructions, restOfQuantumNs, idleUntil, ...(stop === undefined ? {} : { stop }) };
  }

  get isWired(): boolean {
    return this.#peers !== undefined;
  }

  /** After a call as well, all that is on the wires is the hosts'. */
  #whole<T>(work: () => T): T {
    this.#peers?.hear();
    const result = work();
    this.#peers?.tell();
    return result;
  }

  async execute(command: CommandData): Promise<Result<null>> {
    try {
      await this.#later.comeFor(command);
    } catch {
      return fail('part-download');
    }
    return this.#whole(() => this.host.execute(command));
  }
  async advance(
    until: VirtualNs,
    inbox: readonly LinkFrame[],
    { deadlineMs, idleUntil }: PortLimits,
  ): Promise<Advanced> {
    // Who drives several hosts calls all of them before this thread is busy.
    await undefined;
    const { host } = this;
    host.network.put(inbox);
    const leftMs = (): number => (deadlineMs ?? Number.POSITIVE_INFINITY) - host.wallMs;
    const isOver = (): boolean => leftMs() <= 0;
    if (idleUntil !== undefined) host.advance(Math.min(until, idleUntil));
    if (this.#peers === undefined || idleUntil !== undefined) {
      host.advance(until, deadlineMs === undefined ? {} : { stop: isOver });
      this.#peers?.tell();
    } else await this.#peers.advance(until, leftMs);
    return { isOver: isOver(), outbox: host.network.takeSent(), unkept: host.layers.takeUnkept() };
  }
  async finishQuantum(): Promise<void> {
    this.#whole(() => this.host.finishQuantum());
  }
  async ask(id: string, args: unknown): Promise<Result<Timed<unknown>>> {
    const { questions } = this.host.registries;
    if (!questions.isFirst(id)) await Promise.all([questions.come(id), this.#comeNames()]);
    // It may come while the others run, so it leaves on the wires what is there: who drives all hosts finds out by that whether they are idle.
    return this.host.ask(id, args);
  }
  async debug(request: DebugRequest): Promise<Result<null>> {
    // Who stops nowhere needs none of it.
    const coming = Promise.all([import('./cpu/debugger.ts'), this.#later.comeFor(request)]);
    const come = await coming.catch(() => undefined);
    return come === undefined ? fail('part-download') : come[0].debugHost(this.host, request);
  }
  async news(): Promise<HostNews> {
    return this.#news.take();
  }
  async snapshot(): Promise<Uint8Array> {
    return this.#whole(() => this.host.snapshot());
  }
  async checkpoint(known: number): Promise<HostCheckpoint> {
    return this.#whole(() => this.host.checkpoint(known));
  }
  async copyAhead(known: number): Promise<boolean> {
    return this.host.copyAhead(known);
  }
  async hash(): Promise<string> {
    return this.#whole(() => this.host.hash());
  }
  async ping(): Promise<void> {}
  close(): void {}
}

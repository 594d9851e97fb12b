/** A host in this thread, behind the port. */
import type { Result } from '#base/result';
import type { CommandData, HostSpec } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import type { EngineModule } from '#machine/engine-module';
import { type DebugRequest, debugHost, stopOf } from './cpu/debugger.ts';
import { Host, type HostEnvironment } from './host.ts';
import { type HostNews, NewsReader } from './monitor/news.ts';
import type {
  Advanced,
  Exchange,
  HostBeginning,
  HostPort,
  HostStatus,
  MakeHost,
  PortLimits,
} from './port.ts';
import type { Timed } from './questions/question.ts';
import type { HostCheckpoint } from './snapshot/host-checkpoint.ts';

export class LocalHost implements HostPort {
  /** For tests, and for those who serve the port of a host in this thread. */
  readonly host: Host;
  readonly beginning: HostBeginning;
  readonly #news: NewsReader;

  /** Makes hosts in this thread. */
  static maker(engine: EngineModule, environment: HostEnvironment): MakeHost {
    return async (spec, settings, image) => {
      if (image === undefined)
        return new LocalHost(Host.create(engine, spec, settings, environment), environment.shared);
      const restored = Host.fromImage(engine, image, spec, environment);
      if (!restored.ok) throw new Error(String(restored.error.data['message'] ?? restored.error.code));
      return new LocalHost(restored.value, environment.shared);
    };
  }

  /** @param shared the view of the host in memory that a page shares */
  constructor(host: Host, shared: boolean) {
    this.host = host;
    this.#news = new NewsReader(host, shared);
    this.beginning = { description: this.#news.first, view: this.#news.view };
  }

  get spec(): HostSpec {
    return this.host.spec;
  }
  get status(): HostStatus {
    const { now, instructions, restOfQuantumNs } = this.host;
    const stop = stopOf(this.host);
    return { now, instructions, restOfQuantumNs, ...(stop === undefined ? {} : { stop }) };
  }

  async execute(command: CommandData): Promise<Result<null>> {
    return this.host.execute(command);
  }
  async advance(
    until: VirtualNs,
    { inbox, windowNs }: Exchange,
    { deadlineMs }: PortLimits,
  ): Promise<Advanced> {
    const { host } = this;
    host.network.put(inbox);
    const isOver = (): boolean => deadlineMs !== undefined && host.wallMs >= deadlineMs;
    host.advance(until, deadlineMs === undefined ? {} : { stop: isOver });
    const outbox = host.now % windowNs === 0 ? host.network.takeSent() : [];
    return { isOver: isOver(), outbox };
  }
  async finishQuantum(): Promise<void> {
    this.host.finishQuantum();
  }
  async ask(id: string, args: unknown): Promise<Result<Timed<unknown>>> {
    return this.host.ask(id, args);
  }
  async debug(request: DebugRequest): Promise<Result<null>> {
    return debugHost(this.host, request);
  }
  async news(): Promise<HostNews> {
    return this.#news.take();
  }
  async snapshot(): Promise<Uint8Array> {
    return this.host.snapshot();
  }
  async checkpoint(known: number): Promise<HostCheckpoint> {
    return this.host.checkpoint(known);
  }
  async copyAhead(known: number): Promise<boolean> {
    return this.host.copyAhead(known);
  }
  async hash(): Promise<string> {
    return this.host.hash();
  }
  async ping(): Promise<void> {}
  close(): void {}
}

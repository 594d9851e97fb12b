/** A host in a thread of its own, behind the port: calls become messages, and nothing else is different. */
import type { Result } from '#base/result';
import type { CommandData, HostSpec } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import type { DiskKeeper } from '#machine/devices/disk/layers/keeper';
import { answerCommit, type FarCommit } from './far-keeper.ts';
import type {
  Begun,
  Endpoint,
  HostReply,
  HostRequest,
  HostStart,
  PortCall,
  Provision,
} from './host-messages.ts';
import type {
  Advanced,
  DebugRequest,
  HostBeginning,
  HostNews,
  HostPort,
  HostStatus,
  LinkFrame,
  PortLimits,
  Timed,
} from './port.ts';
import type { HostCheckpoint } from './snapshot/host-checkpoint.ts';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: Error) => void;
}

/** What belongs to a host here, in the thread of whoever drives it. */
export interface WorkerHostOptions {
  /** The clock by which deadlines are said. */
  readonly wallMs?: () => number;
  /** Sees to what a command needs before it is sent. */
  readonly prepare?: (command: CommandData, host: WorkerHost) => Promise<void>;
  /** Why a command cannot be done by a host in a thread of its own, if it cannot. */
  readonly refuse?: (command: CommandData) => Result<null> | undefined;
  /** Who keeps the disk of a name. */
  readonly keeper?: (name: string) => DiskKeeper | undefined;
}

export class WorkerHost implements HostPort {
  readonly spec: HostSpec;
  readonly isWired: boolean;
  readonly #endpoint: Endpoint;
  readonly #options: WorkerHostOptions;
  readonly #waiting = new Map<number, Waiting>();
  #beginning: HostBeginning | undefined;
  #status: HostStatus = { now: 0, instructions: 0, restOfQuantumNs: 0, idleUntil: 0 };
  #nextId = 0;
  /** Why there will be no more answers. */
  #gone: string | undefined;

  /** Begins a host at the other end of a channel. */
  static async begin(
    endpoint: Endpoint,
    start: HostStart,
    options: WorkerHostOptions = {},
  ): Promise<WorkerHost> {
    const host = new WorkerHost(endpoint, start, options);
    try {
      host.#beginning = (await host.#send((id) => ({ kind: 'begin', id, start }))) as Begun;
      return host;
    } catch (error) {
      host.close();
      throw error;
    }
  }

  private constructor(endpoint: Endpoint, { spec, wiring }: HostStart, options: WorkerHostOptions) {
    this.spec = spec;
    this.isWired = wiring !== undefined;
    this.#endpoint = endpoint;
    this.#options = options;
    endpoint.listen(
      (message) => this.#receive(message as HostReply | FarCommit),
      (why) => this.#end(why),
    );
  }

  get beginning(): HostBeginning {
    if (this.#beginning === undefined) throw new Error('a host that has not begun');
    return this.#beginning;
  }
  get status(): HostStatus {
    return this.#status;
  }

  /** Gives the host a file that it will look for. */
  provide(provision: Provision): void {
    const request: HostRequest = { kind: 'provide', provision };
    if (this.#gone === undefined) this.#endpoint.post(request);
  }

  async execute(command: CommandData): Promise<Result<null>> {
    const refused = this.#options.refuse?.(command);
    if (refused !== undefined) return refused;
    await this.#options.prepare?.(command, this);
    return this.#call('execute', command);
  }
  advance(
    until: VirtualNs,
    inbox: readonly LinkFrame[],
    { deadlineMs, ...rest }: PortLimits,
  ): Promise<Advanced> {
    const now = this.#options.wallMs?.() ?? 0;
    const limits = deadlineMs === undefined ? rest : { ...rest, deadlineMs: deadlineMs - now };
    return this.#call('advance', until, inbox, limits);
  }
  finishQuantum(): Promise<void> {
    return this.#call('finishQuantum');
  }
  ask(id: string, args: unknown): Promise<Result<Timed<unknown>>> {
    return this.#call('ask', id, args);
  }
  debug(request: DebugRequest): Promise<Result<null>> {
    return this.#call('debug', request);
  }
  news(): Promise<HostNews> {
    return this.#call('news');
  }
  snapshot(): Promise<Uint8Array> {
    return this.#call('snapshot');
  }
  checkpoint(known: number): Promise<HostCheckpoint> {
    return this.#call('checkpoint', known);
  }
  copyAhead(known: number): Promise<boolean> {
    return this.#call('copyAhead', known);
  }
  hash(): Promise<string> {
    return this.#call('hash');
  }
  ping(): Promise<void> {
    return this.#call('ping');
  }
  close(): void {
    this.#end('closed');
    this.#endpoint.close();
  }

  #call<Name extends PortCall>(call: Name, ...args: Parameters<HostPort[Name]>): ReturnType<HostPort[Name]> {
    return this.#send((id) => ({ kind: 'call', id, call, args })) as ReturnType<HostPort[Name]>;
  }

  #send(request: (id: number) => HostRequest): Promise<unknown> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      if (this.#gone !== undefined) {
        reject(new Error(this.#gone));
        return;
      }
      this.#waiting.set(id, { resolve, reject });
      this.#endpoint.post(request(id));
    });
  }

  #receive(reply: HostReply | FarCommit): void {
    if ('change' in reply) {
      answerCommit(reply, this.#options.keeper?.(reply.name));
      return;
    }
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('error' in reply) waiting?.reject(new Error(reply.error));
    else {
      this.#status = reply.status;
      waiting?.resolve(reply.value);
    }
  }

  #end(why: string): void {
    this.#gone ??= why;
    for (const { reject } of this.#waiting.values()) reject(new Error(why));
    this.#waiting.clear();
  }
}

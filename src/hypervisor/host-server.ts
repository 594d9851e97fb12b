/** Serves the port of a host in this thread to whoever holds the other end of a channel. */
import { messageOf } from '#base/error-message';
import type { DiskKeeper } from '#machine/devices/disk/layers/keeper';
import { farKeeper } from './far-keeper.ts';
import type { Endpoint, HostReply, HostRequest, HostStart, Provision } from './host-messages.ts';
import type { LocalHost } from './local-host.ts';

/** Makes the host that is to be served; `software` is filled while it lives, and `keeper` asks the other end. */
export type BeginHost = (
  start: HostStart,
  software: ReadonlyMap<string, Uint8Array>,
  keeper: (name: string) => DiskKeeper | undefined,
) => Promise<LocalHost>;

/** Answers one request after the other. */
export function serveHost(endpoint: Endpoint, begin: BeginHost): void {
  const server = new HostServer(endpoint, begin);
  endpoint.listen(
    (message) => server.receive(message as HostRequest),
    () => undefined,
  );
}

class HostServer {
  readonly #endpoint: Endpoint;
  readonly #begin: BeginHost;
  readonly #software = new Map<string, Uint8Array>();
  #host: LocalHost | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(endpoint: Endpoint, begin: BeginHost) {
    this.#endpoint = endpoint;
    this.#begin = begin;
  }

  receive(request: HostRequest): void {
    this.#last = this.#last.then(() => this.#answer(request));
  }

  async #answer(request: HostRequest): Promise<void> {
    if (request.kind === 'provide') {
      this.#provide(request.provision);
      return;
    }
    const { id } = request;
    let reply: HostReply;
    try {
      const value = request.kind === 'begin' ? await this.#start(request.start) : await this.#call(request);
      reply = { id, status: this.#running.status, value };
    } catch (error) {
      reply = { id, error: messageOf(error) };
    }
    this.#endpoint.post(reply);
  }

  get #running(): LocalHost {
    if (this.#host === undefined) throw new Error('a host that has not begun');
    return this.#host;
  }

  #provide({ name, bytes }: Provision): void {
    this.#software.set(name, bytes);
  }

  async #start(start: HostStart): Promise<unknown> {
    for (const provision of start.software) this.#provide(provision);
    // Without memory that both ends share nobody could wait for an answer.
    const keeper = start.shared ? farKeeper((commit) => this.#endpoint.post(commit)) : () => undefined;
    this.#host = await this.#begin(start, this.#software, keeper);
    return this.#host.beginning;
  }

  #call({ call, args }: Extract<HostRequest, { readonly kind: 'call' }>): Promise<unknown> {
    const host = this.#running;
    if (call !== 'advance')
      return (host[call] as (...given: readonly unknown[]) => Promise<unknown>).apply(host, [...args]);
    const [until, inbox, { deadlineMs, ...rest }] = args as Parameters<LocalHost['advance']>;
    // Clocks of two threads have nothing to do with each other: what comes is the time that is left.
    const limits = deadlineMs === undefined ? rest : { ...rest, deadlineMs: host.host.wallMs + deadlineMs };
    return host.advance(until, inbox, limits);
  }
}

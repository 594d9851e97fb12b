/**
 * Several hosts in one virtual time. They advance in windows, side by side, that are no longer than the least delay of a link
 * between them: what a host sends in one window arrives in a later one, so that it makes no difference who of them runs first,
 * nor how `advance` is called. At the end of a window they hand over what they have sent. Hosts that are wired do without: no two of
 * them are further apart than a window is long, and all that is done here is to start them and to wait for them.
 */
import type { VirtualNs } from '#base/virtual-time';
import type { Advanced, HostPort, LinkFrame, PortLimits } from '#hypervisor/port';

/** Without links hosts need not hear from each other; they keep together so that a person sees one time. */
const USUAL_WINDOW_NS = 5_000_000;

/** A link as its ends are known here: indices of hosts. */
export interface LinkEnds {
  readonly a: number;
  readonly b: number;
  readonly delayNs: VirtualNs;
}

/** How hosts are driven, by whoever knows of their commands and their failures. */
export interface Driver {
  /** Lets one host run up to a time, commands included; true when `advance` is to end before its time. */
  advance(index: number, until: VirtualNs): Promise<boolean>;
  /** Does some work of a host; nothing comes of it when the host fails. */
  guarded<T>(index: number, work: () => Promise<T>): Promise<T | undefined>;
}

/** The longest window of hosts with such links between them: a multiple of the quantum, so that no host is beyond its end. */
export function windowOf(links: readonly LinkEnds[], quantumNs: VirtualNs): VirtualNs {
  const least = Math.min(USUAL_WINDOW_NS, ...links.map(({ delayNs }) => delayNs));
  return Math.max(1, Math.floor(least / quantumNs)) * quantumNs;
}

export class Cluster {
  readonly hosts: readonly HostPort[];
  readonly #links: readonly LinkEnds[];
  /** A host by itself needs no windows, nor do hosts that are wired. */
  readonly #windowNs: VirtualNs;
  readonly #onHalt: (index: number) => void;
  /** Hosts that take no part any more: their time stands still. */
  readonly #halted = new Set<number>();
  /** By host: frames that it has not been handed yet. Empty between calls: all that is on the wires is the hosts'. */
  readonly #inboxes: LinkFrame[][];

  /**
   * @param windowNs see {@link windowOf}
   * @param onHalt tells wired hosts that one of them takes no part any more
   */
  constructor(
    hosts: readonly HostPort[],
    links: readonly LinkEnds[],
    windowNs: VirtualNs,
    onHalt: (index: number) => void,
  ) {
    this.hosts = hosts;
    this.#links = links;
    this.#inboxes = hosts.map(() => []);
    const areFree = hosts.length === 1 || hosts.every(({ isWired }) => isWired);
    this.#windowNs = areFree ? Number.POSITIVE_INFINITY : windowNs;
    this.#onHalt = onHalt;
  }

  /** Virtual time that all hosts have reached; without any that runs, the furthest. */
  get now(): VirtualNs {
    const times = this.hosts.map(({ status }) => status.now);
    const running = times.filter((_, index) => !this.#halted.has(index));
    return running.length === 0 ? Math.max(...times) : Math.min(...running);
  }
  /** Nothing happens on any host before it, unless somebody is told something; what one sends another is due after a window. */
  get idleUntil(): VirtualNs {
    const times = this.hosts.map(({ status }, index) =>
      this.#halted.has(index) ? Number.POSITIVE_INFINITY : status.idleUntil,
    );
    return Math.max(this.now, Math.min(...times, this.now + this.#windowNs));
  }
  /** Instructions retired by all hosts. */
  get instructions(): number {
    return this.hosts.reduce((sum, { status }) => sum + status.instructions, 0);
  }

  /** Takes a host out; the others go on without it, and what they send it is lost. */
  halt(index: number): void {
    this.#halted.add(index);
    this.#onHalt(index);
    this.#inboxes[index] = [];
  }

  /** Lets virtual time pass on all hosts, window by window. */
  async advance(until: VirtualNs, driver: Driver): Promise<void> {
    const windowNs = this.#windowNs;
    for (let from = this.now; from < until && this.#halted.size < this.hosts.length; ) {
      const end = Number.isFinite(windowNs) ? (Math.floor(from / windowNs) + 1) * windowNs : until;
      from = Math.min(until, end);
      const isOver = await Promise.all(
        this.hosts.map(({ status }, index) =>
          this.#halted.has(index) || status.now >= from ? false : driver.advance(index, from),
        ),
      );
      if (isOver.some((each) => each)) break;
    }
    await this.#handOver(driver);
  }

  /** Lets a host run within a window. */
  async run(index: number, until: VirtualNs, limits: PortLimits): Promise<Advanced> {
    const inbox = this.#inboxes[index]!;
    this.#inboxes[index] = [];
    const advanced = await this.hosts[index]!.advance(until, inbox, limits);
    for (const frame of advanced.outbox) this.#post(index, frame);
    return advanced;
  }

  /** Has a host that has stopped between two quanta go on to the next boundary. */
  async finishQuantum(index: number, driver: Driver): Promise<void> {
    const host = this.hosts[index]!;
    await driver.guarded(index, async () => {
      await host.finishQuantum();
      // It may have sent something.
      await this.run(index, host.status.now, {});
    });
    await this.#handOver(driver);
  }

  /** Gives hosts what they were sent, and lets no time pass. */
  async #handOver(driver: Driver): Promise<void> {
    for (const [index, inbox] of this.#inboxes.entries())
      if (inbox.length > 0)
        await driver.guarded(index, () => this.run(index, this.hosts[index]!.status.now, {}));
  }

  #post(from: number, frame: LinkFrame): void {
    const link = this.#links[frame.link];
    if (link === undefined) return;
    const to = link.a === from ? link.b : link.a;
    if (!this.#halted.has(to)) this.#inboxes[to]?.push(frame);
  }
}

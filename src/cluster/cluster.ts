/**
 * Several hosts in one virtual time. They advance in windows, side by side, that are no longer than the least delay of a link
 * between them: what a host sends in one window arrives in a later one, so that it makes no difference who of them runs first,
 * nor how `advance` is called. At the end of a window they hand over what they have sent. Hosts that are wired do without: no two of
 * them are further apart than a window is long, and all that is done here is to start them and to wait for them.
 *
 * Where every host is idle and nothing is on its way between them, nobody can send anything before the first of them has something to
 * do: they pass all windows until then in one go, and the one in which it happens, without meeting.
 */
import type { VirtualNs } from '#base/virtual-time';
import type { Advanced, HostPort, HostStatus, LinkFrame, PortLimits, UnkeptFlush } from '#hypervisor/port';

/** Without links hosts need not hear from each other; they keep together so that a person sees one time. */
const USUAL_WINDOW_NS = 5_000_000;
/** Wired hosts run at most so many windows before it is looked whether all of them are idle. */
const MOST_PATIENCE = 256;

/** Nobody is asked to stop on the way over idle time, so it is passed in parts: samples are taken in it. */
const LONGEST_LEAP_NS = 1_000_000_000;

/** A link as its ends are known here: indices of hosts. */
export interface LinkEnds {
  readonly a: number;
  readonly b: number;
  readonly delayNs: VirtualNs;
}

/** How hosts are driven, by whoever knows of their commands and their failures. */
export interface Driver {
  /**
   * Lets one host run up to a time, commands included; true when `advance` is to end before its time.
   *
   * @param idleUntil see `PortLimits`
   */
  advance(index: number, until: VirtualNs, idleUntil: VirtualNs | undefined): Promise<boolean>;
  /** When the host is told something next. */
  dueAt(index: number): VirtualNs;
  /** Does some work of a host; nothing comes of it when the host fails. */
  guarded<T>(index: number, work: () => Promise<T>): Promise<T | undefined>;
}

/** What wired hosts have in common, as far as it is needed here. */
export interface Wires {
  /** Nothing that one host has sent waits for the other; true only of hosts that do not run. */
  readonly areEmpty: boolean;
  /** Tells the others that a host takes no part any more. */
  halt(host: number): void;
}

/** The longest window of hosts with such links between them: a multiple of the quantum, so that no host is beyond its end. */
export function windowOf(links: readonly LinkEnds[], quantumNs: VirtualNs): VirtualNs {
  const least = Math.min(USUAL_WINDOW_NS, ...links.map(({ delayNs }) => delayNs));
  return Math.max(1, Math.floor(least / quantumNs)) * quantumNs;
}

/** Hears of flushes that failed, and how the host stood before it ran there. */
type OnUnkept = (index: number, before: HostStatus, unkept: readonly UnkeptFlush[]) => void;

export class Cluster {
  onUnkept: OnUnkept | undefined;
  readonly hosts: readonly HostPort[];
  readonly #links: readonly LinkEnds[];
  readonly #windowNs: VirtualNs;
  readonly #wires: Wires;
  /** Hosts that are wired meet by themselves, and a host alone has nobody to meet. */
  readonly #areFree: boolean;
  /** For how long wired hosts run before it is looked whether all of them are idle: the longer the more often they were not. */
  #patienceNs: VirtualNs;
  /** Hosts that take no part any more: their time stands still. */
  readonly #halted = new Set<number>();
  /** By host: frames that it has not been handed yet. Empty between calls: all that is on the wires is the hosts'. */
  readonly #inboxes: LinkFrame[][];

  /**
   * @param windowNs see {@link windowOf}
   */
  constructor(hosts: readonly HostPort[], links: readonly LinkEnds[], windowNs: VirtualNs, wires: Wires) {
    this.hosts = hosts;
    this.#links = links;
    this.#inboxes = hosts.map(() => []);
    this.#windowNs = windowNs;
    this.#patienceNs = windowNs;
    this.#areFree = hosts.length === 1 || hosts.every(({ isWired }) => isWired);
    this.#wires = wires;
  }

  /** Virtual time that all hosts have reached; without any that runs, the furthest. */
  get now(): VirtualNs {
    const times = this.hosts.map(({ status }) => status.now);
    const running = times.filter((_, index) => !this.#halted.has(index));
    return running.length === 0 ? Math.max(...times) : Math.min(...running);
  }
  /** Nothing happens on any host before it, unless somebody is told something. */
  get idleUntil(): VirtualNs {
    const { now } = this;
    if (!this.#wires.areEmpty) return now;
    let least = Number.POSITIVE_INFINITY;
    for (const [index, { status }] of this.hosts.entries()) {
      if (this.#halted.has(index)) continue;
      least = Math.min(least, status.idleUntil);
      for (const { at } of this.#inboxes[index]!) least = Math.min(least, at);
    }
    return Math.max(now, least);
  }
  /** Instructions retired by all hosts. */
  get instructions(): number {
    return this.hosts.reduce((sum, { status }) => sum + status.instructions, 0);
  }

  /** Takes a host out; the others go on without it, and what they send it is lost. */
  halt(index: number): void {
    this.#halted.add(index);
    this.#wires.halt(index);
    this.#inboxes[index] = [];
  }

  /** Lets virtual time pass on all hosts, window by window, or past all windows in which nothing happens. */
  async advance(until: VirtualNs, driver: Driver): Promise<void> {
    for (let from = this.now; from < until && this.#halted.size < this.hosts.length; ) {
      const idleUntil = this.#leap(from, driver);
      from = Math.min(until, this.#endOfWindow(from, idleUntil));
      const isOver = await Promise.all(
        this.hosts.map(({ status }, index) =>
          this.#halted.has(index) || status.now >= from ? false : driver.advance(index, from, idleUntil),
        ),
      );
      if (isOver.some((each) => each)) break;
    }
    await this.#handOver(driver);
  }

  /** Where all hosts are idle, commands included, for longer than a window: until when. */
  #leap(from: VirtualNs, driver: Driver): VirtualNs | undefined {
    if (this.hosts.length === 1) return undefined;
    let { idleUntil } = this;
    for (const index of this.hosts.keys())
      if (!this.#halted.has(index)) idleUntil = Math.min(idleUntil, driver.dueAt(index));
    return idleUntil - from > this.#windowNs ? Math.min(idleUntil, from + LONGEST_LEAP_NS) : undefined;
  }

  /** Up to where hosts run without being held back for each other from here; wired ones see to that themselves. */
  #endOfWindow(from: VirtualNs, idleUntil: VirtualNs | undefined): VirtualNs {
    const windowNs = this.#windowNs;
    if (this.hosts.length === 1) return Number.POSITIVE_INFINITY;
    if (idleUntil !== undefined || !this.#areFree) {
      this.#patienceNs = windowNs;
      return (Math.floor((idleUntil ?? from) / windowNs) + 1) * windowNs;
    }
    const end = from + this.#patienceNs;
    this.#patienceNs = Math.min(2 * this.#patienceNs, MOST_PATIENCE * windowNs);
    return end;
  }

  /** Lets a host run within a window. */
  async run(
    index: number,
    until: VirtualNs,
    limits: PortLimits,
    before: HostStatus = this.hosts[index]!.status,
  ): Promise<Advanced> {
    const inbox = this.#inboxes[index]!;
    this.#inboxes[index] = [];
    const advanced = await this.hosts[index]!.advance(until, inbox, limits);
    for (const frame of advanced.outbox) this.#post(index, frame);
    if (advanced.unkept.length > 0) this.onUnkept?.(index, before, advanced.unkept);
    return advanced;
  }

  /** Has a host that has stopped between two quanta go on to the next boundary. */
  async finishQuantum(index: number, driver: Driver): Promise<void> {
    const host = this.hosts[index]!;
    const before = host.status;
    await driver.guarded(index, async () => {
      await host.finishQuantum();
      // It may have sent something.
      await this.run(index, host.status.now, {}, before);
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

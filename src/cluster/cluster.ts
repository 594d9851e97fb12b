/**
 * Several hosts in one virtual time. They advance in windows, side by side, so that none is ever further ahead than a message
 * between them would take; what a window holds does not depend on how `advance` is called.
 */
import type { VirtualNs } from '#base/virtual-time';
import type { HostPort } from '#hypervisor/port';

/** No link between hosts is faster: a window of this length can be run without hearing from the others. */
export const WINDOW_NS = 500_000;

/** Lets one host run up to a time, commands included; true when `advance` is to end before its time. */
export type AdvanceHost = (index: number, until: VirtualNs) => Promise<boolean>;

export class Cluster {
  readonly hosts: readonly HostPort[];
  /** Hosts that take no part any more: their time stands still. */
  readonly #halted = new Set<HostPort>();

  constructor(hosts: readonly HostPort[]) {
    this.hosts = hosts;
  }

  /** Virtual time that all hosts have reached; without any that runs, the furthest. */
  get now(): VirtualNs {
    const times = (hosts: readonly HostPort[]): number[] => hosts.map(({ status }) => status.now);
    const running = this.hosts.filter((host) => !this.#halted.has(host));
    return running.length === 0 ? Math.max(...times(this.hosts)) : Math.min(...times(running));
  }
  /** Instructions retired by all hosts. */
  get instructions(): number {
    return this.hosts.reduce((sum, { status }) => sum + status.instructions, 0);
  }

  /** Takes a host out; the others go on without it. */
  halt(index: number): void {
    const host = this.hosts[index];
    if (host !== undefined) this.#halted.add(host);
  }

  /** Lets virtual time pass on all hosts. A host by itself needs no windows. */
  async advance(until: VirtualNs, advanceHost: AdvanceHost): Promise<void> {
    for (let from = this.now; from < until && this.#halted.size < this.hosts.length; ) {
      const end = this.hosts.length === 1 ? until : (Math.floor(from / WINDOW_NS) + 1) * WINDOW_NS;
      from = Math.min(until, end);
      const isOver = await Promise.all(
        this.hosts.map((host, index) =>
          this.#halted.has(host) || host.status.now >= from ? false : advanceHost(index, from),
        ),
      );
      if (isOver.some((each) => each)) return;
    }
  }
}

/**
 * Several hosts in one virtual time. They advance in windows, one after the other, so that none is ever further ahead
 * than a message between them would take; what a window holds does not depend on how `advance` is called.
 */
import type { VirtualNs } from '#base/virtual-time';
import type { Host } from '#hypervisor/host';

/** No link between hosts is faster: a window of this length can be run without hearing from the others. */
export const WINDOW_NS = 500_000;

/** Lets one host run up to a time, commands included. */
export type AdvanceHost = (index: number, until: VirtualNs) => void;
/** Asked whenever hosts stand at a quantum boundary: true ends `advance` before its time. */
export type ShouldStop = () => boolean;

export class Cluster {
  readonly hosts: readonly Host[];
  /** Hosts that take no part any more: their time stands still. */
  readonly #halted = new Set<Host>();

  constructor(hosts: readonly Host[]) {
    this.hosts = hosts;
  }

  /** Virtual time that all hosts have reached; without any that runs, the furthest. */
  get now(): VirtualNs {
    const running = this.hosts.filter((host) => !this.#halted.has(host));
    return running.length === 0
      ? Math.max(...this.hosts.map(({ now }) => now))
      : Math.min(...running.map(({ now }) => now));
  }
  /** Instructions retired by all hosts. */
  get instructions(): number {
    return this.hosts.reduce((sum, host) => sum + host.instructions, 0);
  }

  /** Takes a host out; the others go on without it. */
  halt(index: number): void {
    const host = this.hosts[index];
    if (host !== undefined) this.#halted.add(host);
  }

  /** Lets virtual time pass on all hosts. A host by itself needs no windows. */
  advance(until: VirtualNs, advanceHost: AdvanceHost, shouldStop: ShouldStop = () => false): void {
    for (let from = this.now; from < until && this.#halted.size < this.hosts.length; ) {
      const end = this.hosts.length === 1 ? until : (Math.floor(from / WINDOW_NS) + 1) * WINDOW_NS;
      from = Math.min(until, end);
      for (const [index, host] of this.hosts.entries()) if (!this.#halted.has(host)) advanceHost(index, from);
      if (shouldStop()) return;
    }
  }
}

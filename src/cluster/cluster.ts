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

export class Cluster {
  readonly hosts: readonly Host[];

  constructor(hosts: readonly Host[]) {
    this.hosts = hosts;
  }

  /** Virtual time that all hosts have reached. */
  get now(): VirtualNs {
    return this.hosts.reduce((least, host) => Math.min(least, host.now), Number.POSITIVE_INFINITY);
  }
  /** Instructions retired by all hosts. */
  get instructions(): number {
    return this.hosts.reduce((sum, host) => sum + host.instructions, 0);
  }

  /** Lets virtual time pass on all hosts. A host by itself needs no windows. */
  advance(until: VirtualNs, advanceHost: AdvanceHost): void {
    for (let from = this.now; from < until; ) {
      const end = this.hosts.length === 1 ? until : (Math.floor(from / WINDOW_NS) + 1) * WINDOW_NS;
      from = Math.min(until, end);
      for (let index = 0; index < this.hosts.length; index++) advanceHost(index, from);
    }
  }
}

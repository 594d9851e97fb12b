/**
 * Virtual time of a host: quanta that end at fixed multiples, or earlier at the next event. How a span is cut into calls,
 * whether several quanta are run in one go, and whether a person stops on the way, does not matter for what happens.
 */
import type { VirtualNs } from '#base/virtual-time';
import type { Machine } from '#machine/machine';
import { SAMPLE_CHANNEL } from '../monitor/metrics.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { StopControl } from './stops.ts';

/** Where `advance` may stop before its time: at the first quantum boundary at which it is true. */
export interface AdvanceLimits {
  /** Instructions retired by all harts since the host was switched on. */
  readonly instructions?: number;
  /** Asked at quantum boundaries, not necessarily all; the host has then run for at least one quantum. */
  readonly stop?: () => boolean;
}

/**
 * Instructions that a hart which has the host for itself may run in one go, where somebody wants to stop: `stop` waits so long, which
 * is 7 ms where every instruction misses the TLB.
 */
const LONGEST_RUN = 50_000;

export interface QuantaOptions {
  readonly machine: Machine;
  readonly dispatcher: Dispatcher;
  readonly stops: StopControl;
  /** Length of a quantum. */
  readonly quantumNs: VirtualNs;
  /** Who has the harts, where that is not the dispatcher. */
  readonly owner?: { advance(untilNs: VirtualNs): void } | undefined;
  /** Does what events gave rise to. */
  readonly afterEvents: () => void;
}

export class Quanta {
  readonly #options: QuantaOptions;
  #now: VirtualNs = 0;
  /** A stop has come between two boundaries. */
  #isMidQuantum = false;

  constructor(options: QuantaOptions) {
    this.#options = options;
  }

  /** What all harts have reached. */
  get now(): VirtualNs {
    return this.#now;
  }
  set now(ns: VirtualNs) {
    this.#now = ns;
    this.#options.dispatcher.setNow(ns);
  }
  /** Instructions retired by all harts. */
  get instructions(): number {
    return this.#options.machine.harts.reduce((sum, hart) => sum + hart.instructions, 0);
  }

  /** When something happens again by itself, but for samples, which only look: now, unless every vCPU waits. */
  get idleUntil(): VirtualNs {
    const { machine, dispatcher, owner } = this.#options;
    if (owner !== undefined || this.#isMidQuantum || !dispatcher.isIdle) return this.#now;
    return Math.max(this.#now, machine.events.nextBut(SAMPLE_CHANNEL));
  }

  /** Lets virtual time pass up to the first boundary at or after `until`. */
  advance(until: VirtualNs, limits: AdvanceLimits): void {
    const { quantumNs, machine, dispatcher, stops, owner, afterEvents } = this.#options;
    const { events } = machine;
    const target = Math.ceil(until / quantumNs) * quantumNs;
    const instructionLimit = limits.instructions ?? Number.POSITIVE_INFINITY;
    const longest =
      limits.stop === undefined ? Number.POSITIVE_INFINITY : LONGEST_RUN * machine.nsPerInstruction;
    while (this.#now < target && stops.stopped === undefined) {
      if (!this.#isMidQuantum) {
        if (this.#now % quantumNs === 0 && this.instructions >= instructionLimit) return;
        events.runDue(this.#now);
        afterEvents();
        if (stops.stopped !== undefined) return;
      }
      if (owner !== undefined) {
        const boundary = (Math.floor(this.#now / quantumNs) + 1) * quantumNs;
        const end = Math.min(boundary, events.nextAt());
        owner.advance(end);
        this.now = end;
      } else if (!this.#isMidQuantum && dispatcher.isIdle) {
        this.now = Math.min(target, events.nextAt());
        dispatcher.idleUntil(this.#now);
      } else {
        // No boundary may be passed at which the instructions could be reached.
        const rest = (instructionLimit - this.instructions) * machine.nsPerInstruction;
        if (!this.#run(Math.min(target, this.#now + Math.min(longest, rest)))) return;
      }
      if (this.#now % quantumNs === 0 && limits.stop?.() === true) return;
    }
  }

  /** Runs to the next boundary or event, or over several boundaries up to the first one after `latest`; false when it has stopped before. */
  #run(latest: VirtualNs): boolean {
    const { quantumNs, dispatcher, stops } = this.#options;
    const boundary = (Math.floor(this.#now / quantumNs) + 1) * quantumNs;
    const last = stops.isArmed ? boundary : Math.max(boundary, Math.ceil(latest / quantumNs) * quantumNs);
    const reached = dispatcher.run(boundary, last);
    this.#isMidQuantum = reached === undefined;
    if (reached !== undefined) this.now = reached;
    return reached !== undefined;
  }

  /** Time up to the next boundary; 0 at one. */
  get restNs(): VirtualNs {
    const { quantumNs } = this.#options;
    const rest = quantumNs - (this.#now % quantumNs);
    return this.#isMidQuantum || rest < quantumNs ? rest : 0;
  }
  /** Goes on to the next boundary, whatever stops lie before it. */
  finish(): void {
    const rest = this.restNs;
    if (rest > 0) this.#options.stops.passing(() => this.advance(this.#now + rest, {}));
  }
}

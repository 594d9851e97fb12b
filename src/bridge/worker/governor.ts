/**
 * Ties virtual to wall time: at rate 1 virtual time never outruns wall time, idle included; at `max` what works waits for nothing, and
 * idle time passes at a bounded rate. The only wall clock below the page; it decides when hosts run, never what they do.
 */

import { NS_PER_MS, type VirtualNs } from '#base/virtual-time';
import type { Pace, Speed } from '#bridge/protocol/lab-api';

/** Wall time of one slice of the run loop; hosts exceed it by a quantum each at most, or by what one hart may run alone (cpu/quanta.ts). */
export const SLICE_MS = 8;
/** The ratio and the speed of the last second are shown. */
const WINDOW_MS = 1_000;
/** How soon to look again at hosts that have caught up with wall time and have something to do. */
const CAUGHT_UP_MS = 1;
/** How soon at hosts that wait: what they say of themselves is never older than that. */
const MOST_IDLE_MS = 100;
/**
 * How soon when nobody looks closely: what comes due meanwhile is done then, late by the clock but at its virtual time, in one go. Being
 * woken costs more than what a guest at rest does.
 */
const CALM_MS = 1000;
/** Virtual time does not catch up with more than this: a tab that slept jumps nowhere. */
const MOST_LAG_MS = 250;

/** At full speed guests that wait let time pass so many times faster: it is not hours before one looks up. A named goal has no bound. */
const FULL_SPEED_RATE = 60;

/** The clock of a thread, in milliseconds. It decides when hosts run, never what they do. */
export const wallClock = (): number => performance.now();

/** Lets hosts run up to a time, or until the clock shows a deadline, which they look at at quantum boundaries. */
export type Advance = (until: VirtualNs, deadlineMs: number) => Promise<void>;

interface Mark {
  readonly wallMs: number;
  readonly virtualNs: VirtualNs;
  readonly instructions: number;
}

/** The date in milliseconds since 1970, for what is said to people, and for leases between tabs; never for a lab. */
export function dateMs(): number {
  return Date.now();
}

export class Governor {
  readonly #wallMs: () => number;
  #speed: Speed = { running: false, rate: 1 };
  /** Where a run at full speed ends (`runTo`), and the rate that is shown again then. */
  #goal: { readonly ns: VirtualNs; readonly rate: Speed['rate'] } | undefined;
  /** How closely the page looks. */
  pace: Pace = 'lively';
  /** For how long it was not to be called. */
  #waitMs = 0;
  /** Where virtual and wall time were last tied together. */
  #tie = { wallMs: 0, virtualNs: 0 };
  #marks: Mark[] = [];

  /** @param wallMs a monotone clock in milliseconds */
  constructor(wallMs: () => number = wallClock) {
    this.#wallMs = wallMs;
  }

  get speed(): Speed {
    return this.#speed;
  }
  /** Changes the speed; virtual time goes on from where it is. */
  setSpeed(speed: Speed, virtualNs: VirtualNs): void {
    this.#speed = speed;
    this.#goal = undefined;
    this.#restart(virtualNs);
  }
  /** Runs at full speed up to a time, and pauses there. */
  runTo(ns: VirtualNs, virtualNs: VirtualNs): void {
    this.#goal = { ns, rate: this.#goal?.rate ?? this.#speed.rate };
    this.#speed = { running: true, rate: 'max' };
    this.#restart(virtualNs);
  }
  /** Pauses, on the way to a goal or otherwise. */
  pause(virtualNs: VirtualNs): void {
    this.setSpeed({ running: false, rate: this.#goal?.rate ?? this.#speed.rate }, virtualNs);
  }

  /** Forgets the past: wall time begins to count now. */
  #restart(virtualNs: VirtualNs): void {
    this.#tie = { wallMs: this.#wallMs(), virtualNs };
    this.#marks = [];
  }

  /** Virtual time per wall time that is not outrun. */
  get #rate(): number {
    const { rate } = this.#speed;
    return rate === 'max' ? FULL_SPEED_RATE : rate;
  }

  /** Virtual time up to which hosts may run now. */
  #allowed(virtualNs: VirtualNs): VirtualNs {
    if (this.#goal !== undefined) return this.#goal.ns;
    const rate = this.#rate;
    const wallMs = this.#wallMs();
    const allowed = this.#tie.virtualNs + (wallMs - this.#tie.wallMs) * NS_PER_MS * rate;
    // At full speed work that has fallen behind goes on at once, a slice at a time.
    if (this.#speed.rate === 'max' && virtualNs <= allowed) {
      if (allowed - virtualNs > MOST_LAG_MS * NS_PER_MS * rate) this.#tie = { wallMs, virtualNs };
      return Math.max(allowed, virtualNs + SLICE_MS * NS_PER_MS);
    }
    // What could not be kept up with is given up: virtual time lags, it does not race afterwards.
    if (allowed - virtualNs > (MOST_LAG_MS + this.#waitMs) * NS_PER_MS * rate) {
      this.#tie = { wallMs, virtualNs };
      return virtualNs;
    }
    return allowed;
  }

  /**
   * Runs one slice: lets hosts run until the slice's wall time is over or virtual time has caught up.
   * @param idleUntil before that time hosts that have caught up have nothing to do
   * @returns milliseconds until there is something to do again: 0 when there is now, Infinity while nothing runs
   */
  async slice(now: () => VirtualNs, advance: Advance, idleUntil: () => VirtualNs = now): Promise<number> {
    if (!this.#speed.running) return Number.POSITIVE_INFINITY;
    const from = now();
    const until = this.#allowed(from);
    const { speed } = this;
    if (from < until) await advance(until, this.#wallMs() + SLICE_MS);
    // While the hosts ran, somebody has set another speed: there is something to do at once, or nothing.
    if (this.#speed !== speed) return this.#speed.running ? 0 : Number.POSITIVE_INFINITY;
    // Hosts that stand still have all failed: they will not come any nearer.
    if (this.#goal !== undefined && (now() >= this.#goal.ns || now() === from)) {
      this.pause(now());
      return Number.POSITIVE_INFINITY;
    }
    // Of what came due while it waited some is left: it is not given up for that.
    if (now() > from && now() < until) return 0;
    this.#waitMs = this.#idleMs(idleUntil());
    return this.#waitMs;
  }

  /** Wall time until hosts that have caught up have something to do, within bounds. */
  #idleMs(idleUntil: VirtualNs): number {
    if (this.#goal !== undefined) return CAUGHT_UP_MS;
    if (this.pace === 'calm' && this.#speed.rate !== 'max') return CALM_MS;
    const rate = this.#rate;
    const dueMs = this.#tie.wallMs + (idleUntil - this.#tie.virtualNs) / (NS_PER_MS * rate);
    return Math.min(MOST_IDLE_MS, Math.max(CAUGHT_UP_MS, dueMs - this.#wallMs()));
  }

  /** Virtual time per wall time, and instructions per wall second, over the last second. */
  measure(virtualNs: VirtualNs, instructions: number): { ratio: number; instructionsPerSecond: number } {
    const wallMs = this.#wallMs();
    this.#marks.push({ wallMs, virtualNs, instructions });
    while (this.#marks.length > 2 && wallMs - (this.#marks[1]?.wallMs ?? wallMs) >= WINDOW_MS)
      this.#marks.shift();
    const first = this.#marks[0];
    const elapsedMs = wallMs - (first?.wallMs ?? wallMs);
    if (first === undefined || elapsedMs <= 0) return { ratio: 0, instructionsPerSecond: 0 };
    return {
      ratio: (virtualNs - first.virtualNs) / (elapsedMs * NS_PER_MS),
      instructionsPerSecond: ((instructions - first.instructions) / elapsedMs) * 1_000,
    };
  }

  /** A wall clock for what is not the machine's: when the last batch went out. */
  get wallMs(): number {
    return this.#wallMs();
  }
}

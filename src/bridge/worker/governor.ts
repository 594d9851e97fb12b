/**
 * Ties virtual to wall time: at rate 1 virtual time never outruns wall time, idle included; at `max` nothing waits. The
 * only wall clock below the page; it decides when hosts run, never what they do.
 */

import { NS_PER_MS, type VirtualNs } from '#base/virtual-time';
import type { Speed } from '#bridge/protocol/lab-api';

/** Wall time of one slice of the run loop. */
const SLICE_MS = 8;
/** Virtual time that is run before the wall clock is asked again. */
const STEP_NS: VirtualNs = NS_PER_MS;
/** At `max`, idle hosts skip far; this bounds one step. */
const MAX_STEP_NS: VirtualNs = 20 * NS_PER_MS;
/** The ratio and the speed of the last second are shown. */
const WINDOW_MS = 1_000;
/** Virtual time does not catch up with more than this: a tab that slept jumps nowhere. */
const MOST_LAG_MS = 250;

interface Mark {
  readonly wallMs: number;
  readonly virtualNs: VirtualNs;
  readonly instructions: number;
}

export class Governor {
  readonly #wallMs: () => number;
  #speed: Speed = { running: false, rate: 1 };
  /** Where virtual and wall time were last tied together. */
  #tie = { wallMs: 0, virtualNs: 0 };
  #marks: Mark[] = [];

  /** @param wallMs a monotone clock in milliseconds */
  constructor(wallMs: () => number = () => performance.now()) {
    this.#wallMs = wallMs;
  }

  get speed(): Speed {
    return this.#speed;
  }
  /** Changes the speed; virtual time goes on from where it is. */
  setSpeed(speed: Speed, virtualNs: VirtualNs): void {
    this.#speed = speed;
    this.restart(virtualNs);
  }
  /** Forgets the past: the lab was opened, or went on after a pause. */
  restart(virtualNs: VirtualNs): void {
    this.#tie = { wallMs: this.#wallMs(), virtualNs };
    this.#marks = [];
  }

  /** Virtual time up to which hosts may run now. */
  #allowed(virtualNs: VirtualNs): VirtualNs {
    const { rate } = this.#speed;
    if (rate === 'max') return Number.POSITIVE_INFINITY;
    const wallMs = this.#wallMs();
    const allowed = this.#tie.virtualNs + (wallMs - this.#tie.wallMs) * NS_PER_MS * rate;
    // What could not be kept up with is given up: virtual time lags, it does not race afterwards.
    if (allowed - virtualNs > MOST_LAG_MS * NS_PER_MS * rate) {
      this.#tie = { wallMs, virtualNs };
      return virtualNs;
    }
    return allowed;
  }

  /**
   * Runs one slice: calls `advance` in small steps until the slice's wall time is over or virtual time has caught up.
   * @returns milliseconds until there is something to do again, 0 when there is now
   */
  slice(now: () => VirtualNs, advance: (until: VirtualNs) => void): number {
    if (!this.#speed.running) return Number.POSITIVE_INFINITY;
    const end = this.#wallMs() + SLICE_MS;
    const step = this.#speed.rate === 'max' ? MAX_STEP_NS : STEP_NS;
    while (this.#wallMs() < end) {
      const virtualNs = now();
      const allowed = this.#allowed(virtualNs);
      if (virtualNs >= allowed) return 1;
      advance(Math.min(virtualNs + step, allowed));
      if (now() === virtualNs) return 1;
    }
    return 0;
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

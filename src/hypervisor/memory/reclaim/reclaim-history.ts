/** What was taken from whom and why, what was given back, and the state of the host's memory over time: for people, and no part of a snapshot. */
import type { ReclaimWay } from '#base/catalogue/host-memory-states';
import { NS_PER_MS, type VirtualNs } from '#base/virtual-time';

/** Frames that were taken from a VM in one go. */
export interface Taking {
  readonly at: VirtualNs;
  /** Slot of the VM that had them. */
  readonly from: number;
  /** Slot of the VM that needed a frame; absent: the host, so that some are free. */
  readonly need?: number;
  readonly way: ReclaimWay;
  readonly pages: number;
}

/** What a VM was given back in one go, or in several that follow closely. */
export interface Giving {
  readonly at: VirtualNs;
  /** Its slot. */
  readonly to: number;
  /** How it had been taken. */
  readonly way: ReclaimWay;
  readonly pages: number;
  /** Its guest has come to need it; else enough is free again. */
  readonly isNeeded: boolean;
}

/** The memory of the host at a moment. */
export interface MemoryMoment {
  readonly at: VirtualNs;
  readonly state: number;
  readonly free: number;
}

/** Two minutes of moments, and the last takings and givings. */
const MOST_MOMENTS = 1200;
const MOST_MOVES = 256;
/** What comes back does so in small pieces: so much time of it is told as one. */
const TOGETHER_NS: VirtualNs = 100 * NS_PER_MS;

export class ReclaimHistory {
  readonly #moments: MemoryMoment[] = [];
  readonly #takings: Taking[] = [];
  readonly #givings: Giving[] = [];

  get moments(): readonly MemoryMoment[] {
    return this.#moments;
  }
  get takings(): readonly Taking[] {
    return this.#takings;
  }
  get givings(): readonly Giving[] {
    return this.#givings;
  }

  moment(moment: MemoryMoment): void {
    this.#moments.push(moment);
    if (this.#moments.length > MOST_MOMENTS) this.#moments.shift();
  }
  taking(taking: Taking): void {
    this.#takings.push(taking);
    if (this.#takings.length > MOST_MOVES) this.#takings.shift();
  }
  giving(giving: Giving): void {
    const last = this.#givings.at(-1);
    if (last !== undefined && isOneMove(last, giving))
      this.#givings[this.#givings.length - 1] = { ...last, pages: last.pages + giving.pages };
    else this.#givings.push(giving);
    if (this.#givings.length > MOST_MOVES) this.#givings.shift();
  }
  clear(): void {
    this.#moments.length = 0;
    this.#takings.length = 0;
    this.#givings.length = 0;
  }
}

function isOneMove(one: Giving, next: Giving): boolean {
  const isAlike = one.to === next.to && one.way === next.way && one.isNeeded === next.isNeeded;
  return isAlike && next.at < one.at + TOGETHER_NS;
}

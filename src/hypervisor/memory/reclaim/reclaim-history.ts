/** What was taken from whom and why, and the state of the host's memory over time: for people, and no part of a snapshot. */
import type { ReclaimWay } from '#base/catalogue/host-memory-states';
import type { VirtualNs } from '#base/virtual-time';

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

/** The memory of the host at a moment. */
export interface MemoryMoment {
  readonly at: VirtualNs;
  readonly state: number;
  readonly free: number;
}

/** Two minutes of moments, and the last takings. */
const MOST_MOMENTS = 1200;
const MOST_TAKINGS = 256;

export class ReclaimHistory {
  readonly #moments: MemoryMoment[] = [];
  readonly #takings: Taking[] = [];

  get moments(): readonly MemoryMoment[] {
    return this.#moments;
  }
  get takings(): readonly Taking[] {
    return this.#takings;
  }

  moment(moment: MemoryMoment): void {
    this.#moments.push(moment);
    if (this.#moments.length > MOST_MOMENTS) this.#moments.shift();
  }
  taking(taking: Taking): void {
    this.#takings.push(taking);
    if (this.#takings.length > MOST_TAKINGS) this.#takings.shift();
  }
  clear(): void {
    this.#moments.length = 0;
    this.#takings.length = 0;
  }
}

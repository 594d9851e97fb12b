/**
 * Who ran when on one hart: a bounded ring of slices, the oldest given up first. For people to look at; no part of a
 * snapshot.
 */
import type { VirtualNs } from '#base/virtual-time';
import type { Allocate } from '../memory/frame-allocator.ts';

/** Slices kept per hart. */
export const TIMELINE_CAPACITY = 4096;
const FIELDS = 3;

export interface TimeSlice {
  readonly startNs: VirtualNs;
  readonly endNs: VirtualNs;
  /** Id of the vCPU: slot * LIMITS.vcpus + index. */
  readonly vcpu: number;
}

export class Timeline {
  /** Start, end, vCPU of each slice, by position modulo capacity. */
  readonly #slices: Float64Array;
  #written = 0;

  constructor(allocate: Allocate) {
    this.#slices = new Float64Array(allocate(TIMELINE_CAPACITY * FIELDS * 8));
  }

  /** Adds a slice; one that continues the last of the same vCPU lengthens it. */
  add(startNs: VirtualNs, endNs: VirtualNs, vcpu: number): void {
    const last = ((this.#written - 1) % TIMELINE_CAPACITY) * FIELDS;
    if (this.#written > 0 && this.#slices[last + 2] === vcpu && this.#slices[last + 1] === startNs) {
      this.#slices[last + 1] = endNs;
      return;
    }
    const at = (this.#written % TIMELINE_CAPACITY) * FIELDS;
    this.#slices[at] = startNs;
    this.#slices[at + 1] = endNs;
    this.#slices[at + 2] = vcpu;
    this.#written += 1;
  }

  /** Slices that touch a span of time, oldest first, at most `limit`. */
  between(fromNs: VirtualNs, toNs: VirtualNs, limit: number): TimeSlice[] {
    const found: TimeSlice[] = [];
    for (
      let n = Math.max(0, this.#written - TIMELINE_CAPACITY);
      n < this.#written && found.length < limit;
      n++
    ) {
      const at = (n % TIMELINE_CAPACITY) * FIELDS;
      const startNs = this.#slices[at]!;
      const endNs = this.#slices[at + 1]!;
      if (endNs > fromNs && startNs < toNs) found.push({ startNs, endNs, vcpu: this.#slices[at + 2]! });
    }
    return found;
  }
  /** End of what has been forgotten. */
  get forgottenNs(): VirtualNs {
    if (this.#written <= TIMELINE_CAPACITY) return 0;
    return this.#slices[(this.#written % TIMELINE_CAPACITY) * FIELDS]!;
  }
}

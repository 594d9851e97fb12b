/**
 * Whose accesses no TLB knew: what the engine counts for all harts together goes to the VM that ran when it was counted, whenever the time
 * of a vCPU is settled. The guest's way through the TLB is as it was. For people to look at: no part of a snapshot.
 */
import { TLB_COUNTERS } from '#machine/machine';

/** In the order of {@link TLB_COUNTERS}. */
export type TlbCounts = Float64Array;

export class TlbAccounts {
  readonly #read: (into: Float64Array) => void;
  readonly #last: Float64Array = new Float64Array(TLB_COUNTERS);
  readonly #now: Float64Array = new Float64Array(TLB_COUNTERS);
  readonly #bySlot = new Map<number, TlbCounts>();

  /** @param read the counters of the engine as they are */
  constructor(read: (into: Float64Array) => void) {
    this.#read = read;
    read(this.#last);
  }

  /** What has been counted since the last time is of the VM in a slot. */
  settle(slot: number): void {
    this.#read(this.#now);
    let counts = this.#bySlot.get(slot);
    if (counts === undefined) {
      counts = new Float64Array(TLB_COUNTERS);
      this.#bySlot.set(slot, counts);
    }
    for (let at = 0; at < TLB_COUNTERS; at++) counts[at]! += Math.max(0, this.#now[at]! - this.#last[at]!);
    this.#last.set(this.#now);
  }

  /** What the VM in a slot has come to. */
  of(slot: number): TlbCounts {
    return this.#bySlot.get(slot) ?? new Float64Array(TLB_COUNTERS);
  }
  /** Another VM comes into a slot, or it begins anew. */
  forget(slot: number): void {
    this.#bySlot.delete(slot);
  }
}

/**
 * Records one guest store from instruction to frame: the stops of base/trace-stops.ts that lie at or below the
 * hypervisor. Armed by a person; it observes only and is no part of a snapshot.
 */
import { GUEST_STORE_STOPS, type TraceStopId } from '#base/trace-stops';
import type { VirtualNs } from '#base/virtual-time';

/** One stop as it happened. Addresses are hexadecimal text. */
export interface TraceEntry {
  readonly stop: TraceStopId;
  readonly at: VirtualNs;
  readonly slot: number;
  readonly vcpu: number;
  readonly data: Readonly<Record<string, string | number>>;
}

/** Stops kept; the oldest give way. */
const CAPACITY: number = GUEST_STORE_STOPS.length * 32;
const ANY_VM = -1;

/** The recorder of one host. */
export class TraceRecorder {
  readonly #entries: TraceEntry[] = [];
  #wanted = 0;
  #slot = ANY_VM;

  /** Records the next `stores` guest stores to pages never touched, of one VM or of any. */
  arm(stores: number, slot: number = ANY_VM): void {
    this.#wanted = stores;
    this.#slot = slot;
  }
  /** True when a store of this VM is to be recorded. */
  wants(slot: number): boolean {
    return this.#wanted > 0 && (this.#slot === ANY_VM || this.#slot === slot);
  }
  add(entry: TraceEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > CAPACITY) this.#entries.shift();
  }
  /** One store has been recorded to its end. */
  finishStore(): void {
    this.#wanted -= 1;
  }
  /** What was recorded, oldest first. */
  entries(): readonly TraceEntry[] {
    return this.#entries;
  }
  clear(): void {
    this.#entries.length = 0;
  }
}

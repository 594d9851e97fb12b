/**
 * Discrete events of one host: timers, completions, deliveries, ordered by instant, then by the name of the channel, then by
 * the data; events that are equal in all three are the same to everybody. So the order says nothing of when an event was scheduled,
 * and no snapshot holds events: who waits for one knows when it is due, and schedules it again. It may not know what an event means;
 * a channel's handler does.
 */
import { invariant } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';

/** Called when an event is due: its data, and the instant for which it was scheduled. */
export type EventHandler = (data: number, at: VirtualNs) => void;

const FIRST_CAPACITY = 64;

/**
 * A binary heap over parallel arrays: slot i has its children at 2i+1 and 2i+2. Arrays grow by doubling and never
 * shrink, so the steady state allocates nothing; all are of one type, so the code that moves what is in them is made for that.
 */
export class EventQueue {
  #at = new Float64Array(FIRST_CAPACITY);
  #channel = new Float64Array(FIRST_CAPACITY);
  #data = new Float64Array(FIRST_CAPACITY);
  #length = 0;
  /** Channels by number; numbers are private to this object. */
  readonly #names: string[] = [];
  readonly #handlers: (EventHandler | undefined)[] = [];
  readonly #numbers = new Map<string, number>();

  /** Events that wait. */
  get length(): number {
    return this.#length;
  }

  /** Names who handles a channel's events; replaces an earlier handler. */
  on(channel: string, handler: EventHandler): void {
    this.#handlers[this.#numberOf(channel)] = handler;
  }

  /** Forgets a channel's handler and all its events (its owner goes away). */
  off(channel: string): void {
    const number = this.#numberOf(channel);
    this.#handlers[number] = undefined;
    this.#removeWhere(number, undefined);
  }

  /**
   * Adds an event; several with equal channel and data may wait. An instant beyond the range of virtual time (2^53 ns)
   * never comes, so such an event is not kept: guests do set timers to "never".
   */
  schedule(at: VirtualNs, channel: string, data: number): void {
    if (!(at <= Number.MAX_SAFE_INTEGER)) return;
    invariant(Number.isInteger(at), 'events lie at whole nanoseconds');
    this.#insert(at, this.#numberOf(channel), data);
  }

  /** Removes all events of a channel with this data. */
  cancel(channel: string, data: number): void {
    this.#removeWhere(this.#numberOf(channel), data);
  }

  /** When the earliest event is due; Infinity when none waits. */
  nextAt(): VirtualNs {
    return this.#length === 0 ? Number.POSITIVE_INFINITY : this.#at[0]!;
  }

  /** When the earliest event is due that is not of a channel; Infinity when none waits. */
  nextBut(channel: string): VirtualNs {
    const number = this.#numberOf(channel);
    if (this.#length === 0 || this.#channel[0] !== number) return this.nextAt();
    let earliest = Number.POSITIVE_INFINITY;
    for (let slot = 1; slot < this.#length; slot++)
      if (this.#channel[slot] !== number && this.#at[slot]! < earliest) earliest = this.#at[slot]!;
    return earliest;
  }

  /** When the earliest event is due of the channels whose names begin so; Infinity when none waits. It looks at all of them. */
  nextOf(prefix: string): VirtualNs {
    let earliest = Number.POSITIVE_INFINITY;
    for (let slot = 0; slot < this.#length; slot++)
      if (this.#at[slot]! < earliest && this.#names[this.#channel[slot]!]!.startsWith(prefix))
        earliest = this.#at[slot]!;
    return earliest;
  }

  /** Handles, in order, all events due at or before `now`, those included that handlers add meanwhile. */
  runDue(now: VirtualNs): void {
    while (this.#length > 0 && this.#at[0]! <= now) {
      const at = this.#at[0]!;
      const data = this.#data[0]!;
      const number = this.#channel[0]!;
      this.#removeFirst();
      const handler = this.#handlers[number];
      invariant(handler !== undefined, `an event on channel ${this.#names[number]} that nobody handles`);
      handler(data, at);
    }
  }

  #numberOf(channel: string): number {
    let number = this.#numbers.get(channel);
    if (number === undefined) {
      number = this.#names.length;
      this.#numbers.set(channel, number);
      this.#names.push(channel);
      this.#handlers.push(undefined);
    }
    return number;
  }

  #isBefore(a: number, b: number): boolean {
    const difference = this.#at[a]! - this.#at[b]!;
    if (difference !== 0) return difference < 0;
    const [channelA, channelB] = [this.#channel[a]!, this.#channel[b]!];
    if (channelA === channelB) return this.#data[a]! < this.#data[b]!;
    return this.#names[channelA]! < this.#names[channelB]!;
  }

  #insert(at: VirtualNs, channel: number, data: number): void {
    const slot = this.#length++;
    if (slot === this.#at.length) this.#grow();
    this.#at[slot] = at;
    this.#channel[slot] = channel;
    this.#data[slot] = data;
    this.#siftUp(slot);
  }

  #removeFirst(): void {
    this.#length -= 1;
    this.#swap(0, this.#length);
    this.#siftDown(0);
  }

  /** Keeps the other events, then makes the rest a heap again: one pass each. */
  #removeWhere(channel: number, data: number | undefined): void {
    let kept = 0;
    for (let slot = 0; slot < this.#length; slot++) {
      if (this.#channel[slot] === channel && (data === undefined || this.#data[slot] === data)) continue;
      if (kept !== slot) this.#swap(kept, slot);
      kept += 1;
    }
    if (kept === this.#length) return;
    this.#length = kept;
    for (let slot = (kept >> 1) - 1; slot >= 0; slot--) this.#siftDown(slot);
  }

  #siftUp(from: number): void {
    let slot = from;
    while (slot > 0) {
      const parent = (slot - 1) >> 1;
      if (!this.#isBefore(slot, parent)) return;
      this.#swap(slot, parent);
      slot = parent;
    }
  }

  #siftDown(from: number): void {
    let slot = from;
    for (;;) {
      const left = 2 * slot + 1;
      if (left >= this.#length) return;
      const right = left + 1;
      const child = right < this.#length && this.#isBefore(right, left) ? right : left;
      if (!this.#isBefore(child, slot)) return;
      this.#swap(slot, child);
      slot = child;
    }
  }

  #swap(a: number, b: number): void {
    swap(this.#at, a, b);
    swap(this.#channel, a, b);
    swap(this.#data, a, b);
  }

  #grow(): void {
    const capacity = this.#at.length * 2;
    this.#at = grown(this.#at, capacity);
    this.#channel = grown(this.#channel, capacity);
    this.#data = grown(this.#data, capacity);
  }
}

function swap(values: Float64Array, a: number, b: number): void {
  const value = values[a]!;
  values[a] = values[b]!;
  values[b] = value;
}

function grown(from: Float64Array, capacity: number): Float64Array<ArrayBuffer> {
  const to = new Float64Array(capacity);
  to.set(from);
  return to;
}

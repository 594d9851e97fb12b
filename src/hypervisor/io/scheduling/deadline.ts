/**
 * Deadline: requests by place, as the arm passes over the disk, in batches of reads or of writes; but one that has waited too long
 * comes first. Reads wait less than writes, since somebody mostly waits for them. A batch is of one VM, and VMs take turns: who asks for
 * much makes another wait for a batch, not for all that it asks for. Shares are not looked at.
 */
import { type Declaration, declare, since } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { bool, integer, u32 } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import type { IoScheduler, Picked } from './io-scheduler.ts';
import type { IoRequest, IoStream } from './request.ts';

interface Settings {
  readonly readNs: VirtualNs;
  readonly writeNs: VirtualNs;
  readonly batch: number;
  readonly starved: number;
  readonly pieceBytes: number;
}
interface DeadlineState {
  readonly position: number;
  readonly reads: boolean;
  readonly batched: number;
  readonly passed: number;
  readonly turn: number;
}
/** No VM's. */
const NOBODY = -1;
export const STATE: Declaration<DeadlineState> = declare<DeadlineState>('deadline', {
  ...{ position: integer, reads: bool, batched: u32, passed: u32 },
  turn: since(8, integer, NOBODY),
});

class Deadline implements IoScheduler {
  readonly merges = true;
  readonly pieceBytes: number;
  readonly #settings: Settings;
  /** Where the last request ended. */
  #position = 0;
  /** The batch: of which VM, of what, and how many it has had. */
  #turn = NOBODY;
  #reads = true;
  #batched = 0;
  /** Batches of reads that have gone before writes that wait. */
  #passed = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.pieceBytes = settings.pieceBytes;
  }

  pick(streams: readonly IoStream[], now: VirtualNs): Picked | undefined {
    if (this.#batched < this.#settings.batch) {
      const current = candidate(streams, this.#turn, this.#reads, this.#position);
      if (current !== undefined) return this.#expired(current, now);
    }
    const turn = nextTurn(streams, this.#turn);
    if (turn === NOBODY) return undefined;
    this.#turn = turn;
    const [reads, writes] = [true, false].map((what) => candidate(streams, turn, what, this.#position));
    const chosen = this.#nextBatch(reads, writes);
    this.#reads = chosen === reads;
    this.#batched = 0;
    return this.#expired(chosen!, now);
  }

  /** Reads, unless writes have waited for long enough. */
  #nextBatch(reads: Candidate | undefined, writes: Candidate | undefined): Candidate | undefined {
    if (reads === undefined || (writes !== undefined && this.#passed >= this.#settings.starved)) {
      this.#passed = 0;
      return writes;
    }
    if (writes !== undefined) this.#passed += 1;
    return reads;
  }

  /** The one that has waited longest, if that is too long; else the next by place. */
  #expired({ next, oldest }: Candidate, now: VirtualNs): Picked {
    const { readNs, writeNs } = this.#settings;
    return now - oldest.request.at >= (isRead(oldest.request) ? readNs : writeNs) ? oldest : next;
  }

  woke(): void {}
  charge(_: IoStream, request: IoRequest): void {
    this.#batched += 1;
    this.#position = request.offset + request.length;
  }
  forget(): void {}

  capture(): PartState {
    const state = { position: this.#position, reads: this.#reads, batched: this.#batched };
    return partState(STATE, { ...state, passed: this.#passed, turn: this.#turn });
  }
  restore(saved: PartState): void {
    const { position, reads, batched, passed, turn } = stateIn(STATE, saved);
    this.#position = position;
    this.#reads = reads;
    this.#batched = batched;
    this.#passed = passed;
    this.#turn = turn;
  }
}

interface Candidate {
  readonly next: Picked;
  readonly oldest: Picked;
}

/** Whatever changes nothing on the disk counts as reading. */
function isRead({ op }: IoRequest): boolean {
  return op === 'read' || op === 'flush';
}

/** The VM after one, in the order of their slots, that has anything waiting. */
function nextTurn(streams: readonly IoStream[], turn: number): number {
  let [first, next] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const { slot, waiting } of streams) {
    if (waiting.length === 0) continue;
    first = Math.min(first, slot);
    if (slot > turn) next = Math.min(next, slot);
  }
  if (next !== Number.POSITIVE_INFINITY) return next;
  return first === Number.POSITIVE_INFINITY ? NOBODY : first;
}

/** Of a VM's reads or of its writes: the next at or after a place (or the first, where there is none behind), and the one that waits longest. */
function candidate(
  streams: readonly IoStream[],
  slot: number,
  reads: boolean,
  position: number,
): Candidate | undefined {
  let next: Picked | undefined;
  let oldest: Picked | undefined;
  for (const stream of streams) {
    if (stream.slot !== slot) continue;
    for (const request of stream.waiting) {
      if (isRead(request) !== reads) continue;
      if (oldest === undefined || request.sequence < oldest.request.sequence) oldest = { stream, request };
      if (next === undefined || isCloser(request, next.request, position)) next = { stream, request };
    }
  }
  return next === undefined || oldest === undefined ? undefined : { next, oldest };
}
function isCloser(a: IoRequest, b: IoRequest, position: number): boolean {
  const [aheadA, aheadB] = [a.offset >= position, b.offset >= position];
  if (aheadA !== aheadB) return aheadA;
  return a.offset === b.offset ? a.sequence < b.sequence : a.offset < b.offset;
}

/** Its row, with the settings, stands in the table. */
export function create(settings: Settings): IoScheduler {
  return new Deadline(settings);
}

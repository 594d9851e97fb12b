/**
 * Deadline: requests by place, as the arm passes over the disk, in batches of reads or of writes; but one that has waited too long
 * comes first. Reads wait less than writes, since somebody mostly waits for them.
 */
import * as v from 'valibot';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { bool, integer, u32 } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { defineKind } from '#machine/kind';
import { duration, parallel } from '../media/settings.ts';
import type { IoScheduler, IoSchedulerKind, Picked } from './io-scheduler.ts';
import type { IoRequest, IoStream } from './request.ts';

interface Settings {
  readonly readNs: VirtualNs;
  readonly writeNs: VirtualNs;
  readonly batch: number;
  readonly starved: number;
}
interface DeadlineState {
  readonly position: number;
  readonly reads: boolean;
  readonly batched: number;
  readonly passed: number;
}
const STATE: Declaration<DeadlineState> = declare('deadline', {
  ...{ position: integer, reads: bool, batched: u32, passed: u32 },
});

class Deadline implements IoScheduler {
  readonly merges = true;
  readonly pieceBytes: number = Number.POSITIVE_INFINITY;
  readonly #settings: Settings;
  /** Where the last request ended. */
  #position = 0;
  /** What the batch is of, and how many it has had. */
  #reads = true;
  #batched = 0;
  /** Batches of reads that have gone before writes that wait. */
  #passed = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  pick(streams: readonly IoStream[], now: VirtualNs): Picked | undefined {
    const [reads, writes] = [
      candidate(streams, true, this.#position),
      candidate(streams, false, this.#position),
    ];
    if (reads === undefined && writes === undefined) return undefined;
    const current = this.#reads ? reads : writes;
    if (current !== undefined && this.#batched < this.#settings.batch) return this.#expired(current, now);
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
    return partState(STATE, { ...state, passed: this.#passed });
  }
  restore(saved: PartState): void {
    const { position, reads, batched, passed } = stateIn(STATE, saved);
    this.#position = position;
    this.#reads = reads;
    this.#batched = batched;
    this.#passed = passed;
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

/** Of reads or of writes: the next at or after a place (or the first, where there is none behind), and the one that waits longest. */
function candidate(streams: readonly IoStream[], reads: boolean, position: number): Candidate | undefined {
  let next: Picked | undefined;
  let oldest: Picked | undefined;
  for (const stream of streams)
    for (const request of stream.waiting) {
      if (isRead(request) !== reads) continue;
      if (oldest === undefined || request.sequence < oldest.request.sequence) oldest = { stream, request };
      if (next === undefined || isCloser(request, next.request, position)) next = { stream, request };
    }
  return next === undefined || oldest === undefined ? undefined : { next, oldest };
}
function isCloser(a: IoRequest, b: IoRequest, position: number): boolean {
  const [aheadA, aheadB] = [a.offset >= position, b.offset >= position];
  if (aheadA !== aheadB) return aheadA;
  return a.offset === b.offset ? a.sequence < b.sequence : a.offset < b.offset;
}

export const DEADLINE: IoSchedulerKind = defineKind({
  id: 'deadline',
  settings: {
    readNs: v.optional(duration, 50_000_000),
    writeNs: v.optional(duration, 500_000_000),
    /** Requests in a batch, and batches of reads that writes let pass. */
    batch: v.optional(parallel, 16),
    starved: v.optional(parallel, 2),
  },
  state: STATE,
  create: (settings) => new Deadline(settings),
});

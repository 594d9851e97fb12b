/**
 * Fair queueing by shares (start-time fair queueing): each stream has a virtual time, which grows by what it costs the disk, divided
 * by its shares; the stream that is furthest behind is next. Who has been away begins where the others are: nothing is saved up. Large
 * requests are served in pieces, so that a small one of another stream waits for one piece at most; and where a disk does several things
 * at a time, none has more than half of its places while others use it too.
 */
import * as v from 'valibot';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { integer, list, u32, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { defineKind } from '#machine/kind';
import { bytes } from '../media/settings.ts';
import type { IoScheduler, IoSchedulerKind, Picked } from './io-scheduler.ts';
import type { IoRequest, IoStream } from './request.ts';

interface StreamTime {
  readonly stream: number;
  readonly start: number;
}
interface FairState {
  readonly virtual: number;
  readonly times: readonly StreamTime[];
}
const STATE: Declaration<FairState> = declare('fair queueing', {
  virtual: integer,
  times: list(declare<StreamTime>('time of a stream', { stream: u32, start: integer }), upTo(4096)),
});

/** Shares of a stream whose virtual time grows as fast as the disk's. */
const USUAL_SHARES = 100;

class FairQueueing implements IoScheduler {
  readonly merges = true;
  readonly pieceBytes: number;
  readonly #parallel: number;
  /** Virtual time of what was picked last. */
  #virtual = 0;
  /** Where the next request of a stream begins. */
  readonly #starts = new Map<number, number>();

  constructor(pieceBytes: number, parallel: number) {
    this.pieceBytes = pieceBytes;
    this.#parallel = parallel;
  }

  pick(streams: readonly IoStream[]): Picked | undefined {
    let best: IoStream | undefined;
    let least = Number.POSITIVE_INFINITY;
    const most = this.#places(streams);
    for (const stream of streams) {
      if (stream.waiting.length === 0 || stream.inService >= most) continue;
      const start = this.#starts.get(stream.id) ?? 0;
      if (start >= least) continue;
      best = stream;
      least = start;
    }
    const request = best?.waiting[0];
    return best === undefined || request === undefined ? undefined : { stream: best, request };
  }

  /** That one stream may have. */
  #places(streams: readonly IoStream[]): number {
    if (this.#parallel === 1) return 1;
    let users = 0;
    for (const { counters, waiting } of streams) if (counters.completed > 0 || waiting.length > 0) users += 1;
    return users > 1 ? Math.ceil(this.#parallel / 2) : this.#parallel;
  }

  woke({ id }: IoStream): void {
    this.#starts.set(id, Math.max(this.#virtual, this.#starts.get(id) ?? 0));
  }
  charge({ id, shares }: IoStream, _: IoRequest, costNs: VirtualNs): void {
    const start = this.#starts.get(id) ?? 0;
    this.#virtual = Math.max(this.#virtual, start);
    this.#starts.set(id, start + Math.ceil((costNs * USUAL_SHARES) / shares));
  }
  forget({ id }: IoStream): void {
    this.#starts.delete(id);
  }

  capture(): PartState {
    const times = [...this.#starts].sort(([a], [b]) => a - b).map(([stream, start]) => ({ stream, start }));
    return partState(STATE, { virtual: this.#virtual, times });
  }
  restore(saved: PartState): void {
    const { virtual, times } = stateIn(STATE, saved);
    this.#virtual = virtual;
    this.#starts.clear();
    for (const { stream, start } of times) this.#starts.set(stream, start);
  }
}

export const FAIR: IoSchedulerKind = defineKind({
  id: 'fair',
  settings: { pieceBytes: v.exactOptional(bytes) },
  state: STATE,
  create: ({ pieceBytes }, disk) => new FairQueueing(pieceBytes ?? disk.pieceBytes, disk.parallel),
});

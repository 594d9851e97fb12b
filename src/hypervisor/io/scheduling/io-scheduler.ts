/**
 * What an I/O scheduler decides: which of the requests that wait at a physical disk is served next, whether neighbours are merged, and how
 * much of a request is served in one go. The requests themselves it does not keep: they wait in their streams. All schedulers have
 * this shape and stand in one table (io-schedulers.ts).
 */
import type { PartState } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import type { Kind } from '#machine/kind';
import type { IoRequest, IoStream } from './request.ts';

export interface Picked {
  readonly stream: IoStream;
  readonly request: IoRequest;
}

export interface IoScheduler {
  /** Requests of a stream that lie side by side become one. */
  readonly merges: boolean;
  /** Served in one go at most. */
  readonly pieceBytes: number;
  /** Which request is next; `undefined` where none waits. It stays where it is. */
  pick(streams: readonly IoStream[], now: VirtualNs): Picked | undefined;
  /** A stream, which is one of these, had nothing that waited or was served, and is about to have. */
  woke(stream: IoStream, streams: readonly IoStream[]): void;
  /** A piece of what was picked last, which waits no more, has taken so much of the disk. */
  charge(stream: IoStream, request: IoRequest, costNs: VirtualNs, streams: readonly IoStream[]): void;
  /** A request of a stream is done: nobody has been told yet. */
  done?(stream: IoStream, streams: readonly IoStream[], now: VirtualNs): void;
  /** When to ask again, after nothing was picked though something waits. */
  readonly askAgainAt?: VirtualNs | undefined;
  /** A stream is gone, or has begun anew. */
  forget(stream: IoStream, streams: readonly IoStream[]): void;
  /** Its state, as it is until the scheduler changes. */
  capture(): PartState;
  restore(state: PartState): void;
}

/** What a scheduler is told of its disk. */
export interface IoSchedulerEnvironment {
  /** Pieces of work that the disk can be at at a time. */
  readonly parallel: number;
  /** So much in one go costs the disk little more than less would. */
  readonly pieceBytes: number;
  /** So long it may stand still for a request that is about to come, since to go elsewhere and come back takes longer. */
  readonly patienceNs: VirtualNs;
}

/** A row of the table of I/O schedulers. */
export type IoSchedulerKind = Kind<IoSchedulerEnvironment, IoScheduler>;

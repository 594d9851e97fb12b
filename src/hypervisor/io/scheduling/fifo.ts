/** First come, first served: whoever asks for much has much, and the others wait behind it. */
import * as v from 'valibot';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState } from '#base/state/part';
import { defineKind } from '#machine/kind';
import type { IoScheduler, IoSchedulerKind, Picked } from './io-scheduler.ts';
import type { IoStream } from './request.ts';

const STATE: Declaration<object> = declare('fifo', {});

class Fifo implements IoScheduler {
  readonly merges: boolean;
  readonly pieceBytes: number = Number.POSITIVE_INFINITY;

  constructor(merges: boolean) {
    this.merges = merges;
  }

  pick(streams: readonly IoStream[]): Picked | undefined {
    let best: Picked | undefined;
    for (const stream of streams) {
      const [request] = stream.waiting;
      if (request !== undefined && (best === undefined || request.sequence < best.request.sequence))
        best = { stream, request };
    }
    return best;
  }
  woke(): void {}
  charge(): void {}
  forget(): void {}

  capture(): PartState {
    return partState(STATE, {});
  }
  restore(): void {}
}

export const FIFO: IoSchedulerKind = defineKind({
  id: 'fifo',
  settings: { merge: v.optional(v.boolean(), false) },
  state: STATE,
  create: ({ merge }) => new Fifo(merge),
});

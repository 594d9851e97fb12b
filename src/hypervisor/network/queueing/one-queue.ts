/** One queue for all frames: in the order in which they came (FIFO), with or without control of how long they wait (CoDel). */
import type { VirtualNs } from '#base/virtual-time';
import { DelayControl } from './delay-control.ts';
import type { Discipline, DisciplineEvents, DisciplineKind } from './discipline.ts';
import { Flow, type FlowState, type WaitingFrame } from './flow.ts';

class OneQueue implements Discipline {
  readonly #most: number;
  readonly #events: DisciplineEvents;
  readonly #control: DelayControl | undefined;
  #flow = new Flow(0);

  constructor(most: number, events: DisciplineEvents, control: DelayControl | undefined) {
    this.#most = most;
    this.#events = events;
    this.#control = control;
  }

  get length(): number {
    return this.#flow.length;
  }
  put(frame: WaitingFrame): void {
    if (this.#flow.length >= this.#most) this.#events.lost(frame, 'noRoom');
    else this.#flow.put(frame);
  }
  take(now: VirtualNs): WaitingFrame | undefined {
    return this.#control === undefined ? this.#flow.first() : this.#control.take(this.#flow, now);
  }
  flows(): readonly Flow[] {
    return [this.#flow];
  }
  clear(): void {
    this.#flow = new Flow(0);
  }
  capture(): readonly FlowState[] {
    return [this.#flow.capture()];
  }
  restore([state]: readonly FlowState[]): void {
    this.#flow = state === undefined ? new Flow(0) : Flow.restored(state);
  }
}

export const FIFO: DisciplineKind = {
  create: ({ frames }, events) => new OneQueue(frames, events, undefined),
};

/** Controlled delay (RFC 8289). */
export const CODEL: DisciplineKind = {
  create: (settings, events) => new OneQueue(settings.frames, events, new DelayControl(settings, events)),
};

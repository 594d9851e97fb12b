/** Round robin: ready vCPUs in one queue for all harts, each for the same slice, no preference and no memory. */
import * as v from 'valibot';
import { LIMITS } from '#base/catalogue/limits';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import { defineKind } from '#machine/kind';
import { RUN_QUEUE, RunQueue } from './run-queue.ts';
import { NOBODY, type Scheduler, type SchedulerKind } from './scheduler.ts';

interface RoundRobinState {
  readonly queue: Uint32Array;
}
const STATE: Declaration<RoundRobinState> = declare('round robin', {
  queue: RUN_QUEUE,
});

class RoundRobin implements Scheduler {
  readonly #sliceNs: VirtualNs;
  readonly #queue = new RunQueue();

  constructor(sliceNs: VirtualNs) {
    this.#sliceNs = sliceNs;
  }

  get ready(): number {
    return this.#queue.length;
  }
  enqueue(vcpu: number): void {
    this.#queue.add(vcpu);
  }
  /** Whoever wakes stands at the end like everybody else. */
  woke(vcpu: number): number {
    this.#queue.add(vcpu);
    return NOBODY;
  }
  remove(vcpu: number): void {
    this.#queue.remove(vcpu);
  }
  pick(): number {
    return this.#queue.take();
  }
  sliceNs(): VirtualNs {
    return this.#sliceNs;
  }
  ran(): void {}
  tick(): boolean {
    return this.#queue.length > 0;
  }

  capture(): PartState {
    return partState(STATE, { queue: this.#queue.capture() });
  }
  restore(state: PartState): void {
    this.#queue.restore(stateIn(STATE, state).queue);
  }
}

export const ROUND_ROBIN: SchedulerKind = defineKind({
  id: 'round-robin',
  settings: {
    /** The host's own unless given. */
    sliceNs: v.exactOptional(
      v.pipe(
        v.number(),
        v.integer(),
        v.minValue(LIMITS.timeSliceNs.least),
        v.maxValue(LIMITS.timeSliceNs.most),
      ),
    ),
  },
  state: STATE,
  create: ({ sliceNs }, { timeSliceNs }) => new RoundRobin(sliceNs ?? timeSliceNs),
});

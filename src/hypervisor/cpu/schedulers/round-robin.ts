/** Round robin: ready vCPUs in one queue for all harts, each for the same slice, no preference and no memory. */
import type { SwitchReason } from '#base/catalogue/switch-reasons';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import { mayRunOn } from './cpu-part.ts';
import { RUN_QUEUE, RunQueue } from './run-queue.ts';
import type { Scheduler, SchedulerEnvironment } from './scheduler.ts';

interface RoundRobinState {
  readonly queue: Uint32Array;
}
export const STATE: Declaration<RoundRobinState> = declare('round robin', {
  queue: RUN_QUEUE,
});

class RoundRobin implements Scheduler {
  readonly #environment: SchedulerEnvironment;
  readonly #sliceNs: VirtualNs;
  readonly #queue = new RunQueue();

  constructor(sliceNs: VirtualNs, environment: SchedulerEnvironment) {
    this.#sliceNs = sliceNs;
    this.#environment = environment;
  }

  get ready(): number {
    return this.#queue.length;
  }
  enqueue(vcpu: number): void {
    this.#queue.add(vcpu);
  }
  /** Whoever wakes stands at the end like everybody else. */
  woke(vcpu: number): void {
    this.#queue.add(vcpu);
  }
  slept(): void {}
  remove(vcpu: number): void {
    this.#queue.remove(vcpu);
  }
  pick(hart: number): number {
    return this.#queue.take((vcpu) => mayRunOn(this.#environment.partOf(vcpu), hart));
  }
  sliceNs(): VirtualNs {
    return this.#sliceNs;
  }
  ran(): void {}
  tick(_: number, hart: number): SwitchReason | undefined {
    const others = this.#queue.ids.some((vcpu) => mayRunOn(this.#environment.partOf(vcpu), hart));
    return others ? 'slice' : undefined;
  }
  due(): void {}
  /** Everybody before it in the queue, on one hart in the worst case: where some may not run on others. */
  longestWaitNs(): VirtualNs {
    return this.#sliceNs * (this.#queue.length + this.#environment.harts);
  }

  capture(): PartState {
    return partState(STATE, { queue: this.#queue.capture() });
  }
  restore(state: PartState): void {
    this.#queue.restore(stateIn(STATE, state).queue);
  }
}

export function create(sliceNs: VirtualNs, environment: SchedulerEnvironment): Scheduler {
  return new RoundRobin(sliceNs, environment);
}

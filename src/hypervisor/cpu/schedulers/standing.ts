/** Where vCPUs stand, as a scheduler was told: ready in its queue, or on a hart. Schedulers that decide by more than the queue share it. */
import type { Type } from '#base/state/types';
import { type CpuPart, mayRunOn } from './cpu-part.ts';
import { RUN_QUEUE, RunQueue } from './run-queue.ts';
import { RUNNING, Running } from './running.ts';
import { NOBODY } from './scheduler.ts';

/** What a snapshot holds of it, among what else a scheduler's state has. */
export interface StandingState {
  readonly queue: Uint32Array;
  readonly running: Uint32Array;
}
export const STANDING: { readonly [Key in keyof StandingState]: Type<StandingState[Key]> } = {
  queue: RUN_QUEUE,
  running: RUNNING,
};

export class Standing {
  readonly queue: RunQueue = new RunQueue();
  readonly running: Running;

  constructor(harts: number) {
    this.running = new Running(harts);
  }

  /** It is ready: off its hart, at the end of the queue. */
  ready(vcpu: number): void {
    this.running.leave(vcpu);
    this.queue.add(vcpu);
  }
  /** It is neither ready nor running. */
  gone(vcpu: number): void {
    this.running.leave(vcpu);
    this.queue.remove(vcpu);
  }
  /** It runs; who is {@link NOBODY} does not. */
  runs(hart: number, vcpu: number): number {
    if (vcpu === NOBODY) return NOBODY;
    this.queue.remove(vcpu);
    this.running.put(hart, vcpu);
    return vcpu;
  }
  /**
   * The hart that one who is ready could take: of those where it may run, that whose vCPU comes last in an order, and after `than`;
   * {@link NOBODY} where there is none, or where a hart is free, which comes by itself.
   */
  room(part: CpuPart, rank: (vcpu: number) => number, than: number): number {
    let [room, worst] = [NOBODY, than];
    for (const [hart, vcpu] of this.running.vcpus.entries()) {
      if (!mayRunOn(part, hart)) continue;
      if (vcpu === NOBODY) return NOBODY;
      const its = rank(vcpu);
      if (its > worst) [room, worst] = [hart, its];
    }
    return room;
  }

  capture(): StandingState {
    return { queue: this.queue.capture(), running: this.running.capture() };
  }
  restore({ queue, running }: StandingState): void {
    this.queue.restore(queue);
    this.running.restore(running);
  }
}

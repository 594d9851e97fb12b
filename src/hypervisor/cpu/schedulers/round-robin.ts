/** Round robin: ready vCPUs in one queue for all harts, each for the same slice, no preference and no memory. */
import * as v from 'valibot';
import { LIMITS } from '#base/catalogue/limits';
import type { StateReader, StateWriter } from '#base/state-codec';
import type { VirtualNs } from '#base/virtual-time';
import { defineKind } from '#machine/kind';
import { NOBODY, type Scheduler, type SchedulerKind } from './scheduler.ts';

class RoundRobin implements Scheduler {
  readonly #sliceNs: VirtualNs;
  /** At most one entry per vCPU of the host. */
  #queue: number[] = [];

  constructor(sliceNs: VirtualNs) {
    this.#sliceNs = sliceNs;
  }

  get ready(): number {
    return this.#queue.length;
  }
  enqueue(vcpu: number): void {
    this.#queue.push(vcpu);
  }
  /** Whoever wakes stands at the end like everybody else. */
  woke(vcpu: number): number {
    this.#queue.push(vcpu);
    return NOBODY;
  }
  remove(vcpu: number): void {
    this.#queue = this.#queue.filter((id) => id !== vcpu);
  }
  pick(): number {
    return this.#queue.shift() ?? NOBODY;
  }
  sliceNs(): VirtualNs {
    return this.#sliceNs;
  }
  ran(): void {}
  tick(): boolean {
    return this.#queue.length > 0;
  }

  save(w: StateWriter): void {
    w.section('round-robin');
    w.list(this.#queue, (id) => w.u32(id));
  }
  load(r: StateReader): void {
    r.section('round-robin');
    this.#queue = r.list(() => r.u32());
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
  create: ({ sliceNs }, { timeSliceNs }) => new RoundRobin(sliceNs ?? timeSliceNs),
});

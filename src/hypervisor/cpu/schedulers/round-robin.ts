/** Round robin: ready vCPUs in one queue for all harts, each for the same slice, no preference and no memory. */
import type { StateReader, StateWriter } from '#base/state-codec';
import type { VirtualNs } from '#base/virtual-time';
import { NOBODY, type Scheduler } from './scheduler.ts';

export class RoundRobin implements Scheduler {
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
  remove(vcpu: number): void {
    this.#queue = this.#queue.filter((id) => id !== vcpu);
  }
  pick(): number {
    return this.#queue.shift() ?? NOBODY;
  }
  sliceNs(): VirtualNs {
    return this.#sliceNs;
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

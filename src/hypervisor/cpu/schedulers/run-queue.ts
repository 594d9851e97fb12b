/** vCPUs that are ready, in one queue: who comes first is picked first. Schedulers that keep such a queue share it. */
import { LIMITS } from '#base/catalogue/limits';
import { type Type, upTo, words } from '#base/state/types';
import { NOBODY } from './scheduler.ts';

/** What a snapshot holds of a queue: ids of vCPUs, who comes next first. At most one entry per vCPU of the host. */
export const RUN_QUEUE: Type<Uint32Array> = words(upTo(LIMITS.vms * LIMITS.vcpus));

export class RunQueue {
  #ids: number[] = [];

  get length(): number {
    return this.#ids.length;
  }
  /** Who comes first, first. */
  get ids(): readonly number[] {
    return this.#ids;
  }
  /** At the end. */
  add(vcpu: number): void {
    this.#ids.push(vcpu);
  }
  remove(vcpu: number): void {
    this.#ids = this.#ids.filter((id) => id !== vcpu);
  }
  /** The first that may be taken, who is in the queue no more, or {@link NOBODY}. */
  take(may: (vcpu: number) => boolean = () => true): number {
    const at = this.#ids.findIndex(may);
    return at < 0 ? NOBODY : this.#ids.splice(at, 1)[0]!;
  }

  capture(): Uint32Array {
    return Uint32Array.from(this.#ids);
  }
  restore(ids: Uint32Array): void {
    this.#ids = [...ids];
  }
}

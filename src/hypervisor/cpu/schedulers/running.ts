/** Which vCPU each hart has, as a scheduler was told. */
import { type Type, upTo, words } from '#base/state/types';
import { MAX_HARTS } from '#machine/layout';
import { NOBODY } from './scheduler.ts';

/** What a snapshot holds: by hart, a vCPU's id and one; 0 for nobody. */
export const RUNNING: Type<Uint32Array> = words(upTo(MAX_HARTS));

export class Running {
  readonly #vcpus: Int32Array;

  constructor(harts: number) {
    this.#vcpus = new Int32Array(harts).fill(NOBODY);
  }

  put(hart: number, vcpu: number): void {
    this.#vcpus[hart] = vcpu;
  }
  /** A vCPU runs no more, if it did. */
  leave(vcpu: number): void {
    const hart = this.#vcpus.indexOf(vcpu);
    if (hart >= 0) this.#vcpus[hart] = NOBODY;
  }
  has(vcpu: number): boolean {
    return this.#vcpus.includes(vcpu);
  }
  /** Where it runs, or {@link NOBODY}. */
  hartOf(vcpu: number): number {
    return this.#vcpus.indexOf(vcpu);
  }
  /** Whom a hart has, or {@link NOBODY}. */
  on(hart: number): number {
    return this.#vcpus[hart] ?? NOBODY;
  }
  /** By hart, {@link NOBODY} for one that has none. */
  get vcpus(): Int32Array {
    return this.#vcpus;
  }

  capture(): Uint32Array {
    return Uint32Array.from(this.#vcpus, (vcpu) => vcpu + 1);
  }
  restore(saved: Uint32Array): void {
    for (const hart of this.#vcpus.keys()) this.#vcpus[hart] = (saved[hart] ?? 0) - 1;
  }
}

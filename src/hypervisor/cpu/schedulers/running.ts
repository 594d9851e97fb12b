/** Which vCPU each hart has, as a scheduler was told, and whose hart one that wakes could take. */
import { type Type, upTo, words } from '#base/state/types';
import { MAX_HARTS } from '#machine/layout';
import { type CpuPart, mayRunOn } from './cpu-part.ts';
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
  /** True when a hart where this may run has nobody: it will come by itself. */
  isFree(part: CpuPart): boolean {
    return this.#vcpus.some((vcpu, hart) => vcpu === NOBODY && mayRunOn(part, hart));
  }
  /** Of the harts where this may run, that whose vCPU comes last in an order; {@link NOBODY} where none comes after `than`. */
  victim(part: CpuPart, rank: (vcpu: number) => number, than: number): number {
    let victim = NOBODY;
    let worst = than;
    for (const [hart, vcpu] of this.#vcpus.entries()) {
      if (vcpu === NOBODY || !mayRunOn(part, hart)) continue;
      const its = rank(vcpu);
      if (its > worst) [victim, worst] = [hart, its];
    }
    return victim;
  }

  capture(): Uint32Array {
    return Uint32Array.from(this.#vcpus, (vcpu) => vcpu + 1);
  }
  restore(saved: Uint32Array): void {
    for (const hart of this.#vcpus.keys()) this.#vcpus[hart] = (saved[hart] ?? 0) - 1;
  }
}

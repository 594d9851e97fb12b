/**
 * Caps, the same under every scheduler: a VM may use so much of the harts in each period, as control groups limit it (`cpu.max`). Who has used
 * it is not shown to the scheduler until the next period; what it used beyond is owed from that.
 */
import { LIMITS } from '#base/catalogue/limits';
import { type Declaration, declare } from '#base/state/declare';
import { integer, list, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { slotOf } from './schedulers/active.ts';
import type { CpuPart } from './schedulers/cpu-part.ts';
import { RUN_QUEUE, RunQueue } from './schedulers/run-queue.ts';

/** Linux's is 100 ms; a shorter one lets people see a cap that is even, and costs a few events. */
export const CAP_PERIOD_NS: VirtualNs = 20_000_000;
/** No slice is cut shorter for a cap: what is used too much is owed. */
const SHORTEST_NS = 20_000;

/** Of one VM with a cap. */
interface Allowance {
  leftNs: VirtualNs;
  /** End of the period for which it is. */
  endNs: VirtualNs;
}

export interface CapsState {
  readonly allowances: readonly (Allowance & { readonly slot: number })[];
  readonly held: Uint32Array;
}
export const CAPS: Declaration<CapsState> = declare('caps', {
  allowances: list(
    declare<Allowance & { readonly slot: number }>('cap allowance', {
      ...{ slot: integer, leftNs: integer, endNs: integer },
    }),
    upTo(LIMITS.vms),
  ),
  held: RUN_QUEUE,
});
export const NO_CAPS: CapsState = { allowances: [], held: new Uint32Array() };

export class Caps {
  readonly #partOf: (vcpu: number) => CpuPart;
  readonly #allowances = new Map<number, Allowance>();
  /** Ready, but their VM has used up what it may. */
  readonly #held = new RunQueue();

  constructor(partOf: (vcpu: number) => CpuPart) {
    this.#partOf = partOf;
  }

  /** True when a vCPU that is ready must wait for the next period; it is {@link release | released} then. */
  holds(vcpu: number, now: VirtualNs): boolean {
    if (!this.isSpent(vcpu, now)) return false;
    this.#held.add(vcpu);
    return true;
  }
  /** True when its VM may use nothing more in this period. */
  isSpent(vcpu: number, now: VirtualNs): boolean {
    const allowance = this.#allowance(vcpu, now);
    return allowance !== undefined && allowance.leftNs <= 0;
  }
  isHeld(vcpu: number): boolean {
    return this.#held.ids.includes(vcpu);
  }
  /** When those who are held may go on; Infinity where nobody is. */
  get dueNs(): VirtualNs {
    let due = Number.POSITIVE_INFINITY;
    for (const vcpu of this.#held.ids) due = Math.min(due, this.#allowances.get(slotOf(vcpu))?.endNs ?? 0);
    return due;
  }
  /** Who need not be held any more, who was held first first. */
  release(now: VirtualNs): number[] {
    const free = this.#held.ids.filter((vcpu) => !this.isSpent(vcpu, now));
    for (const vcpu of free) this.#held.remove(vcpu);
    return free;
  }
  /** A vCPU is not ready any more. */
  remove(vcpu: number): void {
    this.#held.remove(vcpu);
  }
  /** A slice no longer than what its VM has left, for as many of its vCPUs as run. */
  within(sliceNs: VirtualNs, vcpu: number, running: number, now: VirtualNs): VirtualNs {
    const allowance = this.#allowance(vcpu, now);
    if (allowance === undefined) return sliceNs;
    return Math.min(sliceNs, Math.max(SHORTEST_NS, Math.ceil(allowance.leftNs / Math.max(1, running))));
  }
  ran(vcpu: number, ns: VirtualNs): void {
    const allowance = this.#allowances.get(slotOf(vcpu));
    if (allowance !== undefined) allowance.leftNs -= ns;
  }
  /** A VM is gone: what it owed goes with it. */
  forget(slot: number): void {
    this.#allowances.delete(slot);
  }

  /** Of the period that it is now; absent: without cap. */
  #allowance(vcpu: number, now: VirtualNs): Allowance | undefined {
    const { cap } = this.#partOf(vcpu);
    const slot = slotOf(vcpu);
    if (cap === Number.POSITIVE_INFINITY) {
      this.#allowances.delete(slot);
      return undefined;
    }
    const quota = Math.round(cap * CAP_PERIOD_NS);
    let allowance = this.#allowances.get(slot);
    if (allowance === undefined) {
      allowance = { leftNs: 0, endNs: 0 };
      this.#allowances.set(slot, allowance);
    }
    if (now >= allowance.endNs) {
      const begun = Math.floor((now - allowance.endNs) / CAP_PERIOD_NS) + 1;
      allowance.leftNs = Math.min(quota, allowance.leftNs + begun * quota);
      allowance.endNs = (Math.floor(now / CAP_PERIOD_NS) + 1) * CAP_PERIOD_NS;
    }
    return allowance;
  }

  capture(): CapsState {
    return {
      allowances: [...this.#allowances].map(([slot, allowance]) => ({ slot, ...allowance })),
      held: this.#held.capture(),
    };
  }
  restore({ allowances, held }: CapsState): void {
    for (const { slot, ...allowance } of allowances) this.#allowances.set(slot, allowance);
    this.#held.restore(held);
  }
}

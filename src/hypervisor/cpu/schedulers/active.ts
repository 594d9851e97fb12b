/** How many vCPUs of each VM want to run, ready or running: those among whom a VM's weight is divided. */
import { LIMITS } from '#base/catalogue/limits';

/** The place of the VM on its host that a vCPU belongs to. */
export function slotOf(vcpu: number): number {
  return Math.floor(vcpu / LIMITS.vcpus);
}

export class Active {
  readonly #counts = new Map<number, number>();

  add(vcpu: number): void {
    this.#counts.set(slotOf(vcpu), this.beside(vcpu) + 1);
  }
  leave(vcpu: number): void {
    this.#counts.set(slotOf(vcpu), this.beside(vcpu) - 1);
  }
  /** Of the vCPU's own VM. */
  beside(vcpu: number): number {
    return this.#counts.get(slotOf(vcpu)) ?? 0;
  }
}

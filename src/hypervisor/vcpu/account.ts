/**
 * What a vCPU has had so far. What samples are made of lies together in one array: it is read while caches are full of what guests do, and
 * each object that has to come then costs more than what is read of it.
 */
import { EXIT_REASONS } from '#base/catalogue/exit-reasons';
import type { VirtualNs } from '#base/virtual-time';

/** By place in {@link VcpuAccount.counted}. */
export const VCPU_COUNTS = [
  'runNs',
  'stealNs',
  'blockedNs',
  'instructions',
  'exitCounts',
  'exitCostNs',
] as const;
const [RUN, STEAL, BLOCKED, INSTRUCTIONS, EXITS, EXIT_COST] = [0, 1, 2, 3, 4, 5] as const;

export class VcpuAccount {
  /** Everything here but exits by their reasons, of which it has the sums. */
  readonly counted: Float64Array = new Float64Array(VCPU_COUNTS.length);
  /** By position in EXIT_REASONS; {@link countExits} adds to them. */
  readonly exitCounts: Float64Array = new Float64Array(EXIT_REASONS.length);
  readonly exitCostNs: Float64Array = new Float64Array(EXIT_REASONS.length);

  /** Virtual time on harts, exits included. */
  get runNs(): VirtualNs {
    return this.counted[RUN]!;
  }
  set runNs(ns: VirtualNs) {
    this.counted[RUN] = ns;
  }
  /** Virtual time that it was ready but had no hart. */
  get stealNs(): VirtualNs {
    return this.counted[STEAL]!;
  }
  set stealNs(ns: VirtualNs) {
    this.counted[STEAL] = ns;
  }
  /** Virtual time that it was blocked: a page that it needed was on its way. */
  get blockedNs(): VirtualNs {
    return this.counted[BLOCKED]!;
  }
  set blockedNs(ns: VirtualNs) {
    this.counted[BLOCKED] = ns;
  }
  get instructions(): number {
    return this.counted[INSTRUCTIONS]!;
  }
  set instructions(count: number) {
    this.counted[INSTRUCTIONS] = count;
  }

  /** So many exits of a reason, with what they cost together. */
  countExits(reason: number, count: number, costNs: VirtualNs): void {
    this.exitCounts[reason]! += count;
    this.exitCostNs[reason]! += costNs;
    this.counted[EXITS]! += count;
    this.counted[EXIT_COST]! += costNs;
  }
  protected forgetExits(): void {
    this.exitCounts.fill(0);
    this.exitCostNs.fill(0);
    this.counted[EXITS] = 0;
    this.counted[EXIT_COST] = 0;
  }
}

/** The latest exits of a host, one by one: when, whose, on which hart, why. A bounded ring for people to look at (`recorded.ts`); no part of a snapshot. */
import { EXIT_REASONS } from '#base/catalogue/exit-reasons';
import type { VirtualNs } from '#base/virtual-time';

/** Exits kept. */
export const EXITS_KEPT = 32_768;
/** Finer causes that have a number; what guests make up besides is not told apart. */
const MOST_DETAILS = 255;

export class ExitTrail {
  /** By position modulo {@link EXITS_KEPT}. */
  readonly at: Float64Array = new Float64Array(EXITS_KEPT);
  /** vCPU, hart, reason, detail: 16, 4, 4 and 8 bits. */
  readonly what: Uint32Array = new Uint32Array(EXITS_KEPT);
  /** How many there have been. */
  written = 0;
  readonly details: string[] = [''];
  /** The latest finer cause of each reason, and its number: it is that of the next one mostly. */
  readonly #latest: string[] = EXIT_REASONS.map(() => '');
  readonly #latestIndex: number[] = EXIT_REASONS.map(() => 0);

  /** @param reason its position in the table of reasons */
  add(atNs: VirtualNs, vcpu: number, hart: number, reason: number, detail: string): void {
    const at = this.written % EXITS_KEPT;
    if (this.#latest[reason] !== detail) {
      this.#latest[reason] = detail;
      this.#latestIndex[reason] = this.#indexOf(detail);
    }
    this.at[at] = atNs;
    this.what[at] = (vcpu << 16) | (hart << 12) | (reason << 8) | this.#latestIndex[reason]!;
    this.written += 1;
  }
  /** There are few, and those of early exits are those of most. */
  #indexOf(detail: string): number {
    const known = this.details.indexOf(detail);
    if (known >= 0) return known;
    return this.details.length > MOST_DETAILS ? 0 : this.details.push(detail) - 1;
  }
}

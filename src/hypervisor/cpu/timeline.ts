/**
 * Who ran when on one hart, how long it had waited for it, and why it left: a bounded ring of slices, the oldest given up first. For
 * people to look at (`recorded.ts` reads it); no part of a snapshot, and nothing decides by it.
 */
import { ENTRIES, type Entry, SWITCH_REASONS, type SwitchReason } from '#base/catalogue/switch-reasons';
import type { VirtualNs } from '#base/virtual-time';

/** Slices kept per hart. */
export const TIMELINE_CAPACITY = 65_536;
/** A slice that has not ended. */
const NO_REASON = 255;

/** By position modulo capacity: the reasons of slices that have ended, and of entries, by position in their tables. */
export class Timeline {
  readonly start: Float64Array = new Float64Array(TIMELINE_CAPACITY);
  readonly end: Float64Array = new Float64Array(TIMELINE_CAPACITY);
  readonly delay: Float64Array = new Float64Array(TIMELINE_CAPACITY);
  readonly vcpu: Uint16Array = new Uint16Array(TIMELINE_CAPACITY);
  readonly entry: Uint8Array = new Uint8Array(TIMELINE_CAPACITY);
  readonly why: Uint8Array = new Uint8Array(TIMELINE_CAPACITY);
  /** How many there have been. */
  written = 0;

  /** A vCPU begins to run. */
  begin(startNs: VirtualNs, vcpu: number, entry: Entry, delayNs: VirtualNs): void {
    const at = this.written % TIMELINE_CAPACITY;
    this.start[at] = startNs;
    this.end[at] = startNs;
    this.delay[at] = delayNs;
    this.vcpu[at] = vcpu;
    this.entry[at] = ENTRIES.indexOf(entry);
    this.why[at] = NO_REASON;
    this.written += 1;
  }
  /** It has run up to now. */
  extend(endNs: VirtualNs): void {
    this.end[this.#last] = endNs;
  }
  /** It leaves. */
  leave(why: SwitchReason): void {
    this.why[this.#last] = SWITCH_REASONS.indexOf(why);
  }
  get #last(): number {
    return (this.written - 1) % TIMELINE_CAPACITY;
  }
}

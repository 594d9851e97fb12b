/** Reads what harts have noted for people: slices of a timeline, and single exits. Comes with the questions. */
import { EXIT_REASONS, type ExitReasonId } from '#base/catalogue/exit-reasons';
import { ENTRIES, type Entry, SWITCH_REASONS, type SwitchReason } from '#base/catalogue/switch-reasons';
import type { VirtualNs } from '#base/virtual-time';
import { EXITS_KEPT, type ExitTrail } from './exit-trail.ts';
import { TIMELINE_CAPACITY, type Timeline } from './timeline.ts';

export interface TimeSlice {
  readonly startNs: VirtualNs;
  readonly endNs: VirtualNs;
  /** Id of the vCPU: slot * LIMITS.vcpus + index. */
  readonly vcpu: number;
  readonly entry: Entry;
  /** From when it was ready to when it was picked; 0 where it only continued. */
  readonly delayNs: VirtualNs;
  /** Absent while it runs, or where it {@link Entry | continued} after a pause. */
  readonly why?: SwitchReason | undefined;
}

/** Numbers of the slices that touch a span of time: from the first, up to and without the second. */
export function rangeOf(timeline: Timeline, fromNs: VirtualNs, toNs: VirtualNs): readonly [number, number] {
  const { start, end } = timeline;
  return [firstOf(timeline, (at) => end[at]! > fromNs), firstOf(timeline, (at) => start[at]! >= toNs)];
}
/** The number of the first slice of which something holds, as of all later ones. */
function firstOf({ written }: Timeline, holds: (at: number) => boolean): number {
  let [low, high] = [Math.max(0, written - TIMELINE_CAPACITY), written];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle % TIMELINE_CAPACITY)) high = middle;
    else low = middle + 1;
  }
  return low;
}
/** A slice by its number. */
export function sliceOf({ start, end, delay, vcpu, entry, why }: Timeline, number: number): TimeSlice {
  const at = number % TIMELINE_CAPACITY;
  return {
    ...{ startNs: start[at]!, endNs: end[at]!, vcpu: vcpu[at]! },
    ...{ entry: ENTRIES[entry[at]!]!, delayNs: delay[at]!, why: SWITCH_REASONS[why[at]!] },
  };
}
/** Slices that touch a span of time, oldest first, at most `limit`. */
export function slicesBetween(
  timeline: Timeline,
  fromNs: VirtualNs,
  toNs: VirtualNs,
  limit: number,
): TimeSlice[] {
  const [first, last] = rangeOf(timeline, fromNs, toNs);
  const count = Math.max(0, Math.min(limit, last - first));
  return Array.from({ length: count }, (_, n) => sliceOf(timeline, first + n));
}
/** End of what has been forgotten. */
export function forgottenNs({ start, written }: Timeline): VirtualNs {
  return written <= TIMELINE_CAPACITY ? 0 : start[written % TIMELINE_CAPACITY]!;
}

export interface TrailExit {
  /** When the guest went on. */
  readonly atNs: VirtualNs;
  readonly costNs: VirtualNs;
  /** Id of the vCPU: slot * LIMITS.vcpus + index. */
  readonly vcpu: number;
  readonly reason: ExitReasonId;
  readonly detail: string;
}

/** Exits on a hart within a span of time, oldest first, at most `limit`. */
export function exitsBetween(
  { at: times, what: whats, written, details }: ExitTrail,
  hart: number,
  span: { readonly fromNs: VirtualNs; readonly toNs: VirtualNs; readonly limit: number },
): TrailExit[] {
  const found: TrailExit[] = [];
  // Harts of one quantum take turns: by time only the exits of one hart are in order.
  for (let n = Math.max(0, written - EXITS_KEPT); n < written && found.length < span.limit; n++) {
    const at = n % EXITS_KEPT;
    const [atNs, what] = [times[at]!, whats[at]!];
    if (((what >>> 12) & 15) !== hart || atNs < span.fromNs || atNs >= span.toNs) continue;
    const { id, costNs } = EXIT_REASONS[(what >>> 8) & 15]!;
    found.push({ atNs, costNs, vcpu: what >>> 16, reason: id, detail: details[what & 255]! });
  }
  return found;
}
/** When the oldest that is kept was. */
export function exitsForgottenNs({ at, written }: ExitTrail): VirtualNs {
  return written <= EXITS_KEPT ? 0 : at[written % EXITS_KEPT]!;
}

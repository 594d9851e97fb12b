/** What a physical hart did between two virtual times, as parallel arrays: slices, or where there are too many, who had most of each part. */

import { LIMITS } from '#base/catalogue/limits';
import type { Entry, SwitchReason } from '#base/catalogue/switch-reasons';
import { fail, ok } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { COUNT } from '../../shapes/values.ts';
import { forgottenNs, rangeOf, sliceOf, slicesBetween, type TimeSlice } from '../recorded.ts';
import { slotOf } from '../schedulers/active.ts';
import type { Timeline as Recorded } from '../timeline.ts';

/** What a physical hart did: parallel arrays in order of time. */
export interface Timeline {
  readonly hart: number;
  readonly fromNs: VirtualNs;
  readonly toNs: VirtualNs;
  /**
   * There are more slices than were asked for: each element is an equal part of the span in which somebody ran, with who ran longest
   * in it, and for how long; the longest delay, and how the latest switch came about.
   */
  readonly merged: boolean;
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
  /** Slot of the VM. */
  readonly slot: Int16Array;
  readonly vcpu: Int16Array;
  /** Time of this vCPU between start and end. */
  readonly ranNs: Float64Array;
  /** How many came onto the hart. */
  readonly switches: Uint32Array;
  /** How long it had waited, ready, for the hart. */
  readonly delayNs: Float64Array;
  readonly entry: readonly Entry[];
  /** Why it left; empty while it has not. */
  readonly why: readonly (SwitchReason | '')[];
  /** True when older slices had been forgotten. */
  readonly truncated: boolean;
}

interface Args {
  readonly hart: number;
  readonly fromNs: VirtualNs;
  readonly toNs: VirtualNs;
  /** Elements at most. */
  readonly limit: number;
}

const MOST_SLICES = 4096;

/** A slice, or what many of them come to. */
interface Row extends TimeSlice {
  readonly ranNs: VirtualNs;
  readonly switches: number;
}

export const timeline: Question<'timeline', Args, Timeline> = defineQuestion<'timeline', Args, Timeline>({
  id: 'timeline',
  text: {
    en: 'who ran on a hart between two virtual times, how long it had waited and why it left',
    zh: '两个虚拟时刻之间谁在某个 hart 上运行、此前等了多久、因何离开',
  },
  arguments: { hart: COUNT, fromNs: COUNT, toNs: COUNT, limit: COUNT },
  ask({ hart, fromNs, toNs, limit }, host) {
    const cpu = host.cpus[hart];
    if (cpu === undefined) return fail('no-such-hart', { hart });
    const most = Math.max(1, Math.min(MOST_SLICES, Math.floor(limit)));
    const [first, last] = rangeOf(cpu.timeline, fromNs, toNs);
    const merged = last - first > most;
    const rows = merged
      ? mergedRows(cpu.timeline, { first, last, fromNs, toNs, parts: most })
      : slicesBetween(cpu.timeline, fromNs, toNs, most).map(
          (slice): Row => ({
            ...slice,
            ranNs: slice.endNs - slice.startNs,
            switches: slice.entry === 'continued' ? 0 : 1,
          }),
        );
    return ok({
      ...{ hart, fromNs, toNs, merged },
      startNs: Float64Array.from(rows, ({ startNs }) => startNs),
      endNs: Float64Array.from(rows, ({ endNs }) => endNs),
      slot: Int16Array.from(rows, ({ vcpu }) => slotOf(vcpu)),
      vcpu: Int16Array.from(rows, ({ vcpu }) => vcpu % LIMITS.vcpus),
      ranNs: Float64Array.from(rows, ({ ranNs }) => ranNs),
      switches: Uint32Array.from(rows, ({ switches }) => switches),
      delayNs: Float64Array.from(rows, ({ delayNs }) => delayNs),
      entry: rows.map(({ entry }) => entry),
      why: rows.map(({ why }) => why ?? ''),
      truncated: forgottenNs(cpu.timeline) > fromNs,
    });
  },
});

interface Span {
  readonly first: number;
  readonly last: number;
  readonly fromNs: VirtualNs;
  readonly toNs: VirtualNs;
  readonly parts: number;
}

/** The span in equal parts, with who ran longest in each: one pass over the slices, which are in order. */
function mergedRows(recorded: Recorded, { first, last, fromNs, toNs, parts }: Span): Row[] {
  const rows: Row[] = [];
  const width = (toNs - fromNs) / parts;
  const times = new Map<number, VirtualNs>();
  let [part, switches, delayNs] = [-1, 0, 0];
  let latest: TimeSlice | undefined;
  const close = (): void => {
    if (latest === undefined) return;
    let [vcpu, ranNs] = [latest.vcpu, 0];
    for (const [id, ns] of times) if (ns > ranNs) [vcpu, ranNs] = [id, ns];
    const [startNs, endNs] = [fromNs + part * width, fromNs + (part + 1) * width];
    rows.push({ ...latest, ...{ startNs, endNs, vcpu, ranNs, switches, delayNs } });
    times.clear();
    [switches, delayNs, latest] = [0, 0, undefined];
  };
  for (let number = first; number < last; number++) {
    const slice = sliceOf(recorded, number);
    const [from, to] = [Math.max(fromNs, slice.startNs), Math.min(toNs, slice.endNs)];
    const [begins, ends] = [Math.floor((from - fromNs) / width), Math.floor((to - fromNs) / width)];
    for (let at = begins; at <= Math.min(ends, parts - 1); at++) {
      const ranNs = Math.min(to, fromNs + (at + 1) * width) - Math.max(from, fromNs + at * width);
      if (ranNs <= 0 && at > begins) continue;
      if (at !== part) {
        close();
        part = at;
      }
      latest = slice;
      times.set(slice.vcpu, (times.get(slice.vcpu) ?? 0) + ranNs);
      if (at > begins || slice.startNs < fromNs) continue;
      if (slice.entry !== 'continued') switches += 1;
      delayNs = Math.max(delayNs, slice.delayNs);
    }
  }
  close();
  return rows;
}

/** What a physical hart did between two virtual times, as parallel arrays. */
import { LIMITS } from '#base/catalogue/limits';
import { fail, ok } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { COUNT } from '../../shapes/values.ts';

/** What a physical hart did: parallel arrays in order of time. */
export interface Timeline {
  readonly hart: number;
  readonly fromNs: VirtualNs;
  readonly toNs: VirtualNs;
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
  /** Slot of the VM; -1 idle, -2 the hypervisor. */
  readonly slot: Int16Array;
  readonly vcpu: Int16Array;
  /** True when older slices had been forgotten or the answer was cut to the limit. */
  readonly truncated: boolean;
}

interface Args {
  readonly hart: number;
  readonly fromNs: VirtualNs;
  readonly toNs: VirtualNs;
  /** Slices at most. */
  readonly limit: number;
}

const MOST_SLICES = 4096;

export const timeline: Question<'timeline', Args, Timeline> = defineQuestion<'timeline', Args, Timeline>({
  id: 'timeline',
  text: {
    en: 'who ran on a hart between two virtual times',
    zh: '两个虚拟时刻之间谁在某个 hart 上运行',
  },
  arguments: { hart: COUNT, fromNs: COUNT, toNs: COUNT, limit: COUNT },
  ask({ hart, fromNs, toNs, limit }, host) {
    const cpu = host.cpus[hart];
    if (cpu === undefined) return fail('no-such-hart', { hart });
    const most = Math.min(MOST_SLICES, Math.floor(limit));
    const slices = cpu.timeline.between(fromNs, toNs, most);
    return ok({
      hart,
      fromNs,
      toNs,
      startNs: Float64Array.from(slices, ({ startNs }) => startNs),
      endNs: Float64Array.from(slices, ({ endNs }) => endNs),
      slot: Int16Array.from(slices, ({ vcpu }) => Math.floor(vcpu / LIMITS.vcpus)),
      vcpu: Int16Array.from(slices, ({ vcpu }) => vcpu % LIMITS.vcpus),
      truncated: slices.length === most || cpu.timeline.forgottenNs > fromNs,
    });
  },
});

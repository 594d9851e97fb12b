/** Single exits on a physical hart between two virtual times, as parallel arrays. */
import { LIMITS } from '#base/catalogue/limits';
import { fail, ok } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { COUNT } from '../../shapes/values.ts';
import { exitsBetween, exitsForgottenNs } from '../recorded.ts';
import { slotOf } from '../schedulers/active.ts';

interface Args {
  readonly hart: number;
  readonly fromNs: VirtualNs;
  readonly toNs: VirtualNs;
  /** Exits at most, the first. */
  readonly limit: number;
}

export interface ExitTrailAnswer {
  readonly hart: number;
  /** When the guest went on. */
  readonly atNs: Float64Array;
  readonly costNs: Float64Array;
  readonly slot: Int16Array;
  readonly vcpu: Int16Array;
  readonly reason: readonly string[];
  readonly detail: readonly string[];
  /** Older ones had been forgotten, or there are more than the limit. */
  readonly truncated: boolean;
}

const MOST_EXITS = 4096;

export const exitTrail: Question<'exit-trail', Args, ExitTrailAnswer> = defineQuestion<
  'exit-trail',
  Args,
  ExitTrailAnswer
>({
  id: 'exit-trail',
  text: {
    en: 'exits on a hart between two virtual times, one by one',
    zh: '两个虚拟时刻之间某个 hart 上的每一次退出',
  },
  arguments: { hart: COUNT, fromNs: COUNT, toNs: COUNT, limit: COUNT },
  ask({ hart, fromNs, toNs, limit }, { cpus, stops }) {
    if (cpus[hart] === undefined) return fail('no-such-hart', { hart });
    const most = Math.min(MOST_EXITS, limit);
    const { trail } = stops;
    const exits = exitsBetween(trail, hart, { fromNs, toNs, limit: most });
    return ok({
      hart,
      atNs: Float64Array.from(exits, ({ atNs }) => atNs),
      costNs: Float64Array.from(exits, ({ costNs }) => costNs),
      slot: Int16Array.from(exits, ({ vcpu }) => slotOf(vcpu)),
      vcpu: Int16Array.from(exits, ({ vcpu }) => vcpu % LIMITS.vcpus),
      reason: exits.map(({ reason }) => reason),
      detail: exits.map(({ detail }) => detail),
      truncated: exitsForgottenNs(trail) > fromNs || exits.length === most,
    });
  },
});

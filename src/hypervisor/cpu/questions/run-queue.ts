/** How vCPUs came onto harts and left them between two virtual times: how often, why, and how long they had waited, ready. */

import { SWITCH_REASONS, type SwitchReason } from '#base/catalogue/switch-reasons';
import { ok } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import type { Host } from '../../host.ts';
import { Latencies } from '../../io/scheduling/latencies.ts';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { COUNT } from '../../shapes/values.ts';
import { apartOf, type Presence } from '../apart.ts';
import { forgottenNs, rangeOf, sliceOf } from '../recorded.ts';
import { slotOf } from '../schedulers/active.ts';

interface Args {
  readonly fromNs: VirtualNs;
  readonly toNs: VirtualNs;
}

/** Delays of a VM's vCPUs: percentiles are exact to an eighth of a doubling. */
export interface RunQueueDelays {
  readonly count: number;
  readonly p50Ns: VirtualNs;
  readonly p95Ns: VirtualNs;
  readonly mostNs: VirtualNs;
  /** By doubling; `below` is where a class ends. */
  readonly histogram: readonly { readonly below: VirtualNs; readonly count: number }[];
}
export interface RunQueueVm {
  readonly vm: string;
  readonly slot: number;
  readonly ranNs: VirtualNs;
  /** How often its vCPUs came onto a hart; of these, since they had woken. */
  readonly switches: number;
  readonly woken: number;
  /**
   * Time in which a vCPU ran while another of the same VM waited, ready, for a hart: who spins then for a lock of that one spins for
   * nothing.
   */
  readonly apartNs: VirtualNs;
  readonly delays: RunQueueDelays;
  /** Why they left: those that happened. */
  readonly reasons: readonly { readonly why: SwitchReason; readonly count: number }[];
}
export interface RunQueueAnswer {
  readonly fromNs: VirtualNs;
  readonly toNs: VirtualNs;
  readonly harts: number;
  readonly switches: number;
  readonly perSecond: number;
  readonly vms: readonly RunQueueVm[];
  /** Older slices of some hart had been forgotten. */
  readonly truncated: boolean;
}

export const runQueue: Question<'run-queue', Args, RunQueueAnswer> = defineQuestion<
  'run-queue',
  Args,
  RunQueueAnswer
>({
  id: 'run-queue',
  text: {
    en: 'between two virtual times: how often each VM came onto a hart, how long it had waited for it, and why it left',
    zh: '两个虚拟时刻之间：各虚拟机多少次得到 hart、等了多久、因何离开',
  },
  arguments: { fromNs: COUNT, toNs: COUNT },
  ask: ({ fromNs, toNs }, host) => ok(runQueueOf(host, fromNs, toNs)),
});

interface Tally {
  ranNs: VirtualNs;
  switches: number;
  woken: number;
  mostNs: VirtualNs;
  /** When each of its vCPUs ran, and waited. */
  readonly presence: Presence[];
  readonly delays: Latencies;
  readonly reasons: Map<SwitchReason, number>;
}

function runQueueOf(host: Host, fromNs: VirtualNs, toNs: VirtualNs): RunQueueAnswer {
  const tallies = new Map<number, Tally>();
  for (const { timeline } of host.cpus) {
    const [first, last] = rangeOf(timeline, fromNs, toNs);
    for (let number = first; number < last; number++) {
      const { startNs, endNs, vcpu, entry, delayNs, why } = sliceOf(timeline, number);
      const tally = tallyOf(tallies, slotOf(vcpu));
      tally.ranNs += Math.min(endNs, toNs) - Math.max(startNs, fromNs);
      tally.presence.push({ vcpu, startNs, endNs, delayNs });
      if (why !== undefined && endNs <= toNs) tally.reasons.set(why, (tally.reasons.get(why) ?? 0) + 1);
      if (entry === 'continued' || startNs < fromNs) continue;
      tally.switches += 1;
      if (entry === 'woken') tally.woken += 1;
      tally.delays.add(delayNs);
      tally.mostNs = Math.max(tally.mostNs, delayNs);
    }
  }
  const vms = host.vms().map(({ slot, spec }): RunQueueVm => {
    const { ranNs, switches, woken, mostNs, presence, delays, reasons } = tallyOf(tallies, slot);
    return {
      ...{ vm: spec.name, slot, ranNs, switches, woken },
      apartNs: apartOf(presence, fromNs, toNs),
      delays: {
        ...{ count: delays.total, mostNs },
        // A class ends behind the longest that is in it.
        p50Ns: Math.min(mostNs, delays.percentile(50)),
        p95Ns: Math.min(mostNs, delays.percentile(95)),
        histogram: delays.histogram(),
      },
      reasons: SWITCH_REASONS.flatMap((why) => {
        const count = reasons.get(why) ?? 0;
        return count === 0 ? [] : [{ why, count }];
      }),
    };
  });
  const switches = vms.reduce((sum, vm) => sum + vm.switches, 0);
  return {
    ...{ fromNs, toNs, harts: host.cpus.length, switches },
    perSecond: toNs > fromNs ? switches / ((toNs - fromNs) / 1e9) : 0,
    vms,
    truncated: host.cpus.some(({ timeline }) => forgottenNs(timeline) > fromNs),
  };
}

function tallyOf(tallies: Map<number, Tally>, slot: number): Tally {
  let tally = tallies.get(slot);
  if (tally === undefined) {
    tally = {
      ...{ ranNs: 0, switches: 0, woken: 0, mostNs: 0, presence: [], delays: new Latencies() },
      reasons: new Map<SwitchReason, number>(),
    };
    tallies.set(slot, tally);
  }
  return tally;
}

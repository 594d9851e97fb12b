/** What is wanted of the balloons of a host's VMs, what their guests have given, and what they tell of their memory. */
import { PAGE_SIZE } from '#base/addresses';
import { ok } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import type { Claimant } from '#machine/devices/virtio/balloon/balloon';
import { CLAIMANTS } from '#machine/devices/virtio/balloon/balloon';
import { STATISTICS, type Statistic } from '#machine/devices/virtio/balloon/statistics';
import { defineQuestion, type Question } from '../../questions/question.ts';
import type { Vm } from '../../vm/vm.ts';

export interface BalloonOfVm {
  readonly vm: string;
  readonly memoryBytes: number;
  /** Wanted of the guest; what each claimant wants. */
  readonly targetBytes: number;
  readonly claims: Readonly<Record<Claimant, number>>;
  /** What the guest says it has given, and what the host has of it. */
  readonly actualBytes: number;
  readonly lentBytes: number;
  readonly hasDriver: boolean;
  /** The guest stays away from the target. */
  readonly refuses: boolean;
  /** What the guest tells: figures with their text, in the guest's words. */
  readonly statistics: readonly {
    readonly id: Statistic;
    readonly unit: 'bytes' | 'count';
    readonly text: { readonly en: string; readonly zh: string };
    readonly value: number;
  }[];
  readonly toldAtNs?: VirtualNs;
}

export const balloon: Question<'balloon', object, readonly BalloonOfVm[]> = defineQuestion({
  id: 'balloon',
  text: {
    en: 'balloons: what is wanted of each guest, what it has given, and what it tells of its memory',
    zh: '气球：对每个客户机的要求、已给出的内存，以及客户机报告的内存统计',
  },
  arguments: {},
  ask: (_, host) => ok(host.vms().flatMap(balloonOf)),
});

function balloonOf({ spec, devices, memory }: Vm): BalloonOfVm[] {
  const { balloon: found } = devices;
  if (found === undefined) return [];
  const { statistics, toldAtNs } = found;
  const claims = Object.fromEntries(CLAIMANTS.map((who) => [who, found.claimed(who) * PAGE_SIZE]));
  return [
    {
      vm: spec.name,
      memoryBytes: spec.memoryBytes,
      targetBytes: found.targetPages * PAGE_SIZE,
      claims: claims as Record<Claimant, number>,
      actualBytes: found.actualPages * PAGE_SIZE,
      lentBytes: memory.balloonedPages * PAGE_SIZE,
      hasDriver: found.hasDriver,
      refuses: found.refuses,
      statistics: STATISTICS.flatMap((row) => {
        const value = statistics[row.id];
        return value === undefined ? [] : [{ ...row, value }];
      }),
      ...(toldAtNs === undefined ? {} : { toldAtNs }),
    },
  ];
}

/** Leaves of 2 MiB: whether the host makes them of pages given on demand, and how many each VM has. */
import { ok } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { hugeLeaves } from '../huge-pages.ts';

export interface HugePagesAnswer {
  readonly isOn: boolean;
  /** Leaves that it has made so far, and the time of physical CPUs that this took. */
  readonly made: number;
  readonly spentNs: VirtualNs;
  readonly vms: readonly { readonly vm: string; readonly leaves: number }[];
}

export const hugePages: Question<'huge-pages', object, HugePagesAnswer> = defineQuestion({
  id: 'huge-pages',
  text: {
    en: 'leaves of 2 MiB: whether the host makes them of pages given on demand, and how many each VM has',
    zh: '2 MiB 叶项：主机是否把按需分配的页合并成大页，以及各虚拟机有多少',
  },
  arguments: {},
  ask: (_, host) => {
    const { hugePages: duty } = host.management;
    return ok({
      ...{ isOn: duty.isOn, made: duty.made, spentNs: host.management.spentNs('huge-pages') },
      vms: host.vms().map(({ spec, memory }) => ({ vm: spec.name, leaves: hugeLeaves(memory) })),
    });
  },
});

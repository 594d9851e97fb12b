/** Workloads by chance, without guests: the longest that anybody waited, as a part of what the scheduler had promised. */
import { simulate } from '#hypervisor/cpu/schedulers/fixtures/simulation';
import { sampledWorkloads } from '#hypervisor/cpu/schedulers/fixtures/workloads';
import { SCHEDULERS } from '#hypervisor/cpu/schedulers/schedulers';
import { createKind } from '#machine/kind';
import { type Figure, type FigureGroup, rounded } from '../figure.ts';
import { MS, SLICE_NS } from './bare-host.ts';

/** Of all schedulers together. */
const WORKLOADS = 10_000;
/** Real-time promises nothing to who has no budget, and workloads by chance have none. */
export const PROMISING = ['round-robin', 'credit', 'fair', 'gang'] as const;
const END_NS = 200 * MS;
const SEED = 2026;

export const PROMISES: FigureGroup = {
  id: 'promises',
  measure: async ({ say }) => {
    await Promise.all(SCHEDULERS.map(({ later }) => later?.code.come()));
    const workloads = sampledWorkloads(WORKLOADS / PROMISING.length, SEED);
    return PROMISING.flatMap((kind): Figure[] => {
      let worst = 0;
      let broken = 0;
      for (const workload of workloads) {
        const accounts = simulate((environment) => createKind(SCHEDULERS, { kind }, environment), {
          ...{ harts: workload.harts, timeSliceNs: SLICE_NS, tasks: workload.tasks(), endNs: END_NS },
          promises: true,
        });
        const part = Math.max(...[...accounts.values()].map(({ longestPart }) => longestPart));
        worst = Math.max(worst, part);
        if (part > 1) broken += 1;
      }
      say(`${kind}: ${workloads.length} workloads, worst ${worst.toFixed(3)} of what was promised`);
      return [
        { name: `${kind}: workloads in which a vCPU waited longer than promised`, value: broken },
        {
          name: `${kind}: longest wait as a part of what was promised`,
          value: rounded(100 * worst, 1),
        },
      ];
    });
  },
};

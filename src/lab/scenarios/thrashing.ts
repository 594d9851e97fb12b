/**
 * Thrashing, and who is replaced: the same VM on hosts that have less RAM than it uses, and that choose the pages that go to the disk by
 * different rules. Its pages are used in turn, which is the worst that can happen to a rule that looks back.
 */
import type { Scenario } from '../scenario.ts';
import { host, MIB, scenario, teachingVm } from './parts.ts';

export function thrashing(): Scenario {
  const hosts = ['fifo', 'aging', 'random'].map((policy) =>
    host([teachingVm(`on-${policy}`, { memoryBytes: 32 * MIB, append: 'run=wss_4200' })], {
      name: policy,
      ramBytes: 16 * MIB,
      memory: { swap: { policy, sizeBytes: 64 * MIB, compressPercent: 0, taxPercent: 75 } },
    }),
  );
  return scenario(9, hosts);
}

/**
 * Thrashing, and who is replaced: the same VM on hosts that have less RAM than it uses, and that choose the pages that go to the disk by
 * different rules. Its pages are used in turn, which is the worst that can happen to a rule that looks back. What it uses is recorded once it
 * is at work, so that all rules can be held against the best one.
 */
import type { Scenario } from '../scenario.ts';
import { at, host, MIB, scenario, teachingVm } from './parts.ts';

export function thrashing(): Scenario {
  const hosts = ['fifo', 'aging', 'random'].map((policy) =>
    host([teachingVm(`on-${policy}`, { memoryBytes: 32 * MIB, append: 'run=wss_4200' })], {
      name: policy,
      ramBytes: 16 * MIB,
      memory: { swap: { policy, sizeBytes: 64 * MIB, compressPercent: 0, taxPercent: 75 } },
    }),
  );
  const recordings = hosts.map(({ name }, index) => ({
    ...at(2, { op: 'vm.setRecording', args: { vm: `on-${name}`, on: true } } as const),
    host: index,
  }));
  return scenario(9, hosts, recordings);
}

/**
 * Guard range: as in the article, where 1 GB of 2 GB is used, scaled to the lab. Of 16 MiB that are mapped the upper half is a guard: who stays
 * below works on, who goes beyond is stopped at the first touch.
 */
import type { Scenario } from '../scenario.ts';
import { at, host, MIB, scenario, teachingVm } from './parts.ts';

export function guardRange(): Scenario {
  const half = 8 * MIB;
  const vm = (name: string, pages: number) =>
    teachingVm(name, { memoryBytes: 16 * MIB, append: `run=sleep_1000;wss_${pages}` });
  const guard = (name: string) =>
    at(0.5, {
      op: 'vm.protect',
      args: { vm: name, gpa: '0x80800000', bytes: half, rights: 'none' },
    } as const);
  return scenario(8, [host([vm('careful', 1024), vm('greedy', 3072)])], [guard('careful'), guard('greedy')]);
}

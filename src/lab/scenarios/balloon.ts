/** Overcommit with a balloon: VMs that could have more than their host has; one lends most of its memory, and gets it back later. */
import type { Scenario } from '../scenario.ts';
import { at, host, MIB, scenario, teachingVm } from './parts.ts';

export function balloon(): Scenario {
  const devices = [{ kind: 'balloon', reporting: true, deflateOnOom: false, statisticsPeriodMs: 1000 }];
  const vm = (name: string, pages: number) =>
    teachingVm(name, { memoryBytes: 16 * MIB, devices, append: `run=wss_${pages}` });
  const lend = (bytes: number) => ({ op: 'vm.setBalloon', args: { vm: 'lender', bytes } }) as const;
  return scenario(
    6,
    [host([vm('lender', 256), vm('worker', 2048), vm('other', 512)], { ramBytes: 32 * MIB })],
    [at(5, lend(12 * MIB)), at(25, lend(4 * MIB)), at(45, lend(0))],
  );
}

/** Fixed against on-demand: the same work in three VMs whose frames come on demand, all at the start, and in one run. */
import type { AllocationMode } from '#base/catalogue/allocation-modes';
import type { Scenario } from '../scenario.ts';
import { host, MIB, scenario, teachingVm } from './parts.ts';

export function allocation(): Scenario {
  const vm = (name: string, mode: AllocationMode) =>
    teachingVm(name, { memoryBytes: 16 * MIB, allocation: mode, append: 'run=wss_1024' });
  return scenario(3, [host([vm('on-demand', 'on-demand'), vm('fixed', 'fixed'), vm('one-run', 'offset')])]);
}

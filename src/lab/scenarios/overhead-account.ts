/**
 * The overhead account: its runs are of machines of their own (`hypervisor/overhead/`), which have clock, scheduler, time slice and disk of this
 * host. A VM works here beside, whose exits can be held against what the account says of them.
 */
import type { Scenario } from '../scenario.ts';
import { host, MIB, scenario, teachingVm } from './parts.ts';

export function overheadAccount(): Scenario {
  const works = teachingVm('works', {
    memoryBytes: 8 * MIB,
    disks: [{ sizeBytes: MIB }],
    append: 'run=cpu_20;disk_0_write_8_8;disk_0_read_8_8',
  });
  return scenario(65, [host([works])]);
}

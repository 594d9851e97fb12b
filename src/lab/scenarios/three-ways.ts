/** Three ways to a disk: the same work on the same disk, which each VM has in another way and drives from a hart of its own. */
import { DISK_WAY_IDS, USUAL_WAY } from '#base/catalogue/disk-ways';
import type { Scenario } from '../scenario.ts';
import { at, host, MIB, scenario, teachingVm } from './parts.ts';

export function threeWays(): Scenario {
  const vms = DISK_WAY_IDS.map((way) =>
    teachingVm(way, { disks: [{ sizeBytes: 4 * MIB, ...(way === USUAL_WAY ? {} : { way }) }] }),
  );
  const work = vms.map(({ name }, index) =>
    at(0.5 + index, {
      op: 'console.input',
      args: { vm: name, text: 'disk 0 write 64; disk 0 read 64\r' },
    } as const),
  );
  return scenario(10, [host(vms, { harts: vms.length })], work);
}

/**
 * Three ways to a disk: the same work on the same disk, which each VM has in another way and drives from a hart of its own. The host
 * gives it to one after the other, and its view of comparisons says what it cost each.
 */
import { comparedWork } from '#base/catalogue/compared-devices';
import { DISK_WAY_IDS, USUAL_WAY } from '#base/catalogue/disk-ways';
import type { Scenario } from '../scenario.ts';
import { at, host, MIB, scenario, teachingVm } from './parts.ts';

const BLOCKS = 64;

export function threeWays(): Scenario {
  const vms = DISK_WAY_IDS.map((way) =>
    teachingVm(way, { disks: [{ sizeBytes: 4 * MIB, ...(way === USUAL_WAY ? {} : { way }) }] }),
  );
  const work = at(0.5, {
    op: 'host.compare',
    args: { device: 'disk', vms: vms.map(({ name }) => name), ...comparedWork('disk', { count: BLOCKS }) },
  } as const);
  return scenario(10, [host(vms, { harts: vms.length })], [work]);
}

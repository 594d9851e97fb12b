/**
 * Three ways to a disk: the same work on equal disks, which each VM has in another way and drives from a hart of its own. Those that
 * are given whole are disks by themselves: nobody else's lie there. The host gives the work to one after the other, and its view of comparisons
 * says what it cost each.
 */
import { comparedWork } from '#base/catalogue/compared-devices';
import {
  DISK_WAY_IDS,
  type DiskWay,
  isPassedThrough,
  isPassedVirtio,
  USUAL_WAY,
} from '#base/catalogue/disk-ways';
import type { Scenario } from '../scenario.ts';
import { at, host, MIB, scenario, teachingVm } from './parts.ts';

const BLOCKS = 64;

export function threeWays(): Scenario {
  const vms = DISK_WAY_IDS.map((way) =>
    teachingVm(way, {
      disks: [{ sizeBytes: 4 * MIB, ...(way === USUAL_WAY ? {} : { way }), ...placeOf(way) }],
      ...(isPassedThrough({ way }) ? { allocation: 'fixed' } : {}),
    }),
  );
  const work = at(0.5, {
    op: 'host.compare',
    args: { device: 'disk', vms: vms.map(({ name }) => name), ...comparedWork('disk', { count: BLOCKS }) },
  } as const);
  const storage = [{ name: 'disk0' }, ...WHOLE.map((name) => ({ name, sizeBytes: 4 * MIB }))];
  return scenario(10, [host(vms, { harts: vms.length, storage })], [work]);
}

/** The physical disks that VMs are given: by registers of its own, and by virtio's. */
const WHOLE = ['disk1', 'disk2'] as const;
function placeOf(way: DiskWay): { readonly on?: string } {
  return isPassedThrough({ way }) ? { on: WHOLE[isPassedVirtio({ way }) ? 1 : 0] } : {};
}

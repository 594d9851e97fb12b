/**
 * Three ways to a disk: the same work on equal disks, which each VM has in another way and drives from a hart of its own. The one that is
 * given whole is a disk by itself: nobody else's lie there. The host gives the work to one after the other, and its view of comparisons
 * says what it cost each.
 */
import { comparedWork } from '#base/catalogue/compared-devices';
import { DISK_WAY_IDS, type DiskWay, isPassedThrough, USUAL_WAY } from '#base/catalogue/disk-ways';
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
  const storage = [{ name: 'disk0' }, { name: WHOLE, sizeBytes: 4 * MIB }];
  return scenario(10, [host(vms, { harts: vms.length, storage })], [work]);
}

/** The physical disk that a VM is given. */
const WHOLE = 'disk1';
function placeOf(way: DiskWay): { readonly on?: string } {
  return isPassedThrough({ way }) ? { on: WHOLE } : {};
}

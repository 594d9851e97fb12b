/** What documents say of disks: those of VMs, and those of a host on which they lie. */
import * as v from 'valibot';
import { USUAL_READ_ERRORS, USUAL_WRITE_ERRORS } from '#base/catalogue/disk-errors';
import { USUAL_WAY } from '#base/catalogue/disk-ways';
import { LIMITS } from '#base/catalogue/limits';
import type { DiskLimits, DiskSpec, PhysicalDiskSpec } from '#base/scenario';
import type { Registries } from '../registries.ts';
import { maybe, type Written, written } from './document.ts';
import { kindSchema, shortKind } from './kinds.ts';
import type { Shape } from './parse.ts';
import { listOf, NAME, size, whole } from './values.ts';

type MaybeNumber = v.ExactOptionalSchema<Shape<number>, undefined>;
/** The shape of each limit. */
export const DISK_LIMIT_SHAPES: Readonly<Record<keyof DiskLimits, MaybeNumber>> = {
  iops: v.exactOptional(whole(LIMITS.diskIops)),
  bytesPerSecond: v.exactOptional(whole(LIMITS.diskBytesPerSecond)),
  burstRequests: v.exactOptional(whole(LIMITS.diskBurstRequests)),
  burstBytes: v.exactOptional(whole(LIMITS.diskBurstBytes)),
};

/** Keys in one order. */
export function fillLimits({ iops, bytesPerSecond, burstRequests, burstBytes }: DiskLimits): DiskLimits {
  return {
    ...maybe('iops', iops),
    ...maybe('bytesPerSecond', bytesPerSecond),
    ...maybe('burstRequests', burstRequests),
    ...maybe('burstBytes', burstBytes),
  };
}

export function fillDisk(disk: DiskSpec): DiskSpec {
  const { sizeBytes, content, on, shares, limits, queues, way, readErrors, writeErrors } = disk;
  return {
    sizeBytes,
    ...maybe('content', content),
    ...maybe('on', on),
    ...maybe('shares', shares),
    ...maybe('limits', limits && fillLimits(limits)),
    ...maybe('queues', queues),
    // The usual way is not said: a disk is written in one form.
    ...maybe('way', way === USUAL_WAY ? undefined : way),
    ...maybe('readErrors', readErrors === USUAL_READ_ERRORS ? undefined : readErrors),
    ...maybe('writeErrors', writeErrors === USUAL_WRITE_ERRORS ? undefined : writeErrors),
  };
}
export function shortDisk({ content, ...disk }: DiskSpec, registries: Registries): Written {
  return written({ ...disk, content: content && shortKind(registries.disks, content) });
}

/** The physical disks of a host. */
export function storageShape({ diskModels, ioSchedulers }: Registries): Shape<readonly PhysicalDiskSpec[]> {
  const disk = v.strictObject({
    name: NAME,
    sizeBytes: v.exactOptional(size(LIMITS.diskBytes, 512)),
    model: v.exactOptional(kindSchema(diskModels)),
    scheduler: v.exactOptional(kindSchema(ioSchedulers)),
  });
  return v.pipe(listOf(disk, LIMITS.disksPerHost), v.minLength(1));
}
export function fillStorage(disks: readonly PhysicalDiskSpec[]): readonly PhysicalDiskSpec[] {
  return disks.map(({ name, sizeBytes, model, scheduler }) => ({
    name,
    ...maybe('sizeBytes', sizeBytes),
    ...maybe('model', model),
    ...maybe('scheduler', scheduler),
  }));
}
export function shortStorage(
  disks: readonly PhysicalDiskSpec[],
  { diskModels, ioSchedulers }: Registries,
): readonly Written[] {
  return disks.map(({ name, sizeBytes, model, scheduler }) =>
    written({
      ...{ name, sizeBytes },
      model: model && shortKind(diskModels, model),
      scheduler: scheduler && shortKind(ioSchedulers, scheduler),
    }),
  );
}

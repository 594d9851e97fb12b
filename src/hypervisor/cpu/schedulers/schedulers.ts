/** The table of schedulers: whom a host's specification may name. */
import type { HostSpec } from '#base/scenario';
import { createKind } from '#machine/kind';
import { ROUND_ROBIN } from './round-robin.ts';
import type { Scheduler, SchedulerKind } from './scheduler.ts';

export const SCHEDULERS: readonly SchedulerKind[] = [ROUND_ROBIN];

/** The scheduler of a host: the one that it names, or round robin. */
export function createScheduler(kinds: readonly SchedulerKind[], spec: HostSpec): Scheduler {
  const { harts, timeSliceNs, scheduler = { kind: ROUND_ROBIN.id } } = spec;
  return createKind(kinds, scheduler, { harts, timeSliceNs });
}

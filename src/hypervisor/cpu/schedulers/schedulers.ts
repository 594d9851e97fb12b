/** The table of schedulers: whom a host's specification may name. All but the first come when one is named. */
import * as v from 'valibot';
import { LIMITS } from '#base/catalogue/limits';
import { Later } from '#base/later';
import type { KindSpec } from '#base/scenario';
import type { AnyDeclaration } from '#base/state/declare';
import type { VirtualNs } from '#base/virtual-time';
import { createKind, defineKind } from '#machine/kind';
import { whole } from '../../shapes/values.ts';
import * as roundRobin from './round-robin.ts';
import type { Scheduler, SchedulerEnvironment, SchedulerKind } from './scheduler.ts';

/** What a scheduler's file has. */
interface SchedulerCode {
  readonly STATE: AnyDeclaration;
  create(sliceNs: VirtualNs, environment: SchedulerEnvironment): Scheduler;
}

/** A time slice; the host's own unless given. */
const settings = { sliceNs: v.exactOptional(whole(LIMITS.timeSliceNs)) };

/** The row of a scheduler whose code comes when a specification or a command names it. */
function comingLater(id: string, fetch: () => Promise<SchedulerCode>): SchedulerKind {
  const code = new Later(fetch);
  return defineKind({
    ...{ id, settings, later: { code, words: [id] } },
    // Known with its code, which comes before any state is read.
    get state() {
      return code.isHere ? code.here.STATE : undefined;
    },
    create: ({ sliceNs }, environment) => code.here.create(sliceNs ?? environment.timeSliceNs, environment),
  });
}

export const ROUND_ROBIN: SchedulerKind = defineKind({
  ...{ id: 'round-robin', settings, state: roundRobin.STATE },
  create: ({ sliceNs }, environment) => roundRobin.create(sliceNs ?? environment.timeSliceNs, environment),
});

export const SCHEDULERS: readonly SchedulerKind[] = [
  ROUND_ROBIN,
  comingLater('credit', () => import('./credit.ts')),
  comingLater('fair', () => import('./fair.ts')),
  comingLater('real-time', () => import('./real-time.ts')),
  comingLater('gang', () => import('./gang.ts')),
];

/** The scheduler that a host names, or round robin. */
export function createScheduler(
  kinds: readonly SchedulerKind[],
  spec: KindSpec | undefined,
  environment: SchedulerEnvironment,
): Scheduler {
  return createKind(kinds, spec ?? { kind: ROUND_ROBIN.id }, environment);
}

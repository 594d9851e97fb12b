/** Which vCPU runs next is decided in another way from now on; nobody owes anything. */
import * as v from 'valibot';
import { ok } from '#base/result';
import type { KindSpec } from '#base/scenario';
import { createScheduler, ROUND_ROBIN } from '../cpu/schedulers/schedulers.ts';
import { kindSchema, shortKind } from '../shapes/kinds.ts';
import { type CommandDefinition, defineCommand } from './command.ts';

interface Args {
  readonly scheduler: KindSpec;
}

export const hostSetScheduler: CommandDefinition<'host.setScheduler', Args> = defineCommand({
  op: 'host.setScheduler',
  shape: ({ schedulers }) => v.strictObject({ scheduler: kindSchema(schedulers) }),
  fill: ({ scheduler }: Args): Args => ({ scheduler }),
  short: ({ scheduler }, _, { schedulers }) => ({ scheduler: shortKind(schedulers, scheduler) }),
  undo: (_, before) =>
    before?.earlier ??
    (before?.host && {
      op: 'host.setScheduler',
      args: { scheduler: before.host.scheduler ?? { kind: ROUND_ROBIN.id } },
    }),
  run({ scheduler }, host) {
    const { dispatcher, vmTable, registries, log, now } = host;
    const changed = dispatcher.setScheduler(
      (harts) => createScheduler(registries.schedulers, scheduler, harts),
      vmTable.list(),
    );
    if (!changed.ok) return changed;
    host.spec = { ...host.spec, scheduler };
    log.add({ at: now, severity: 'info', code: 'host.scheduler', data: { scheduler: scheduler.kind } });
    return ok(null);
  },
});

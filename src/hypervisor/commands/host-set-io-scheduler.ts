/** Whose request a physical disk serves next is decided in another way from now on; latencies are counted anew. */
import * as v from 'valibot';
import { fail, ok } from '#base/result';
import type { KindSpec } from '#base/scenario';
import { kindSchema, shortKind } from '../shapes/kinds.ts';
import { NAME } from '../shapes/values.ts';
import { type CommandDefinition, defineCommand } from './command.ts';

interface Args {
  /** Of the host. */
  readonly disk: string;
  readonly scheduler: KindSpec;
}

export const hostSetIoScheduler: CommandDefinition<'host.setIoScheduler', Args> = defineCommand({
  op: 'host.setIoScheduler',
  shape: ({ ioSchedulers }) => v.strictObject({ disk: NAME, scheduler: kindSchema(ioSchedulers) }),
  fill: ({ disk, scheduler }: Args): Args => ({ disk, scheduler }),
  short: ({ disk, scheduler }, _, { ioSchedulers }) => ({
    disk,
    scheduler: shortKind(ioSchedulers, scheduler),
  }),
  run({ disk, scheduler }, { log, now, storage }) {
    const found = storage.find(disk);
    if (found === undefined) return fail('host.noDisk', { disk });
    found.setScheduler(scheduler);
    log.add({
      at: now,
      severity: 'info',
      code: 'host.ioScheduler',
      data: { disk, scheduler: scheduler.kind },
    });
    return ok(null);
  },
});

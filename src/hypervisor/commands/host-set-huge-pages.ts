/** A host makes huge leaves of pages that were given on demand from now on, or leaves it; those that there are stay. */
import * as v from 'valibot';
import { ok } from '#base/result';
import { type CommandDefinition, defineCommand } from './command.ts';

interface Args {
  readonly on: boolean;
}

export const hostSetHugePages: CommandDefinition<'host.setHugePages', Args> = defineCommand({
  op: 'host.setHugePages',
  shape: () => v.strictObject({ on: v.boolean() }),
  fill: ({ on }: Args): Args => ({ on }),
  short: ({ on }) => ({ on }),
  run({ on }, { log, now, management }) {
    management.setHugePages(on);
    const code = on ? 'host.hugePagesOn' : 'host.hugePagesOff';
    log.add({ at: now, severity: 'info', code, data: {} });
    return ok(null);
  },
});

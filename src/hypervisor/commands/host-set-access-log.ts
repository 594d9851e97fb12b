/** When each page of a host's VMs was last accessed is noted from now on, or forgotten. */
import * as v from 'valibot';
import { ok } from '#base/result';
import { type CommandDefinition, defineCommand } from './command.ts';

interface Args {
  readonly on: boolean;
}

export const hostSetAccessLog: CommandDefinition<'host.setAccessLog', Args> = defineCommand({
  op: 'host.setAccessLog',
  shape: () => v.strictObject({ on: v.boolean() }),
  fill: ({ on }: Args): Args => ({ on }),
  short: ({ on }) => ({ on }),
  run({ on }, { log, now, management }) {
    management.setAccessLog(on);
    const code = on ? 'host.accessLogOn' : 'host.accessLogOff';
    log.add({ at: now, severity: 'info', code, data: {} });
    return ok(null);
  },
});

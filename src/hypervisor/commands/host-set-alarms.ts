/** Which alarms a host has: these and no others. One of the same name goes on as it stands. */
import * as v from 'valibot';
import { ok } from '#base/result';
import type { AlarmSpec } from '#base/scenario';
import { alarmsShape } from '../shapes/alarms.ts';
import { type CommandDefinition, defineCommand } from './command.ts';

interface Args {
  readonly alarms: readonly AlarmSpec[];
}

export const hostSetAlarms: CommandDefinition<'host.setAlarms', Args> = defineCommand({
  op: 'host.setAlarms',
  shape: (registries) => v.strictObject({ alarms: alarmsShape(registries) }),
  fill: ({ alarms }: Args): Args => ({ alarms }),
  short: (args) => args,
  run({ alarms }, host) {
    const { alarms: _, ...spec } = host.spec;
    host.spec = alarms.length === 0 ? spec : { ...spec, alarms };
    return ok(null);
  },
});

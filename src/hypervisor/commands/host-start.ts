/** Power-on of a host that software of its own owns, and that is off: its memory is empty, and its software begins anew. */
import { fail, ok } from '#base/result';
import { shapeOf } from '../shapes/parse.ts';
import { type CommandDefinition, defineCommand } from './command.ts';

export const hostStart: CommandDefinition<'host.start', object> = defineCommand({
  op: 'host.start',
  shape: () => shapeOf<object>({}),
  fill: () => ({}),
  short: () => ({}),
  run(_, { bare, spec }) {
    if (bare === undefined) return fail('host.noSoftware', { host: spec.name });
    if (!bare.isOff) return fail('host.isOn', { host: spec.name });
    bare.start();
    return ok(null);
  },
});

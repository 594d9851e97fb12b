/** A capture ends, and what it has kept is forgotten. */
import * as v from 'valibot';
import { NAME } from '../shapes/values.ts';
import { type CommandDefinition, defineCommand } from './command.ts';

interface Args {
  readonly name: string;
}

export const captureStop: CommandDefinition<'capture.stop', Args> = defineCommand({
  op: 'capture.stop',
  shape: () => v.strictObject({ name: NAME }),
  fill: ({ name }: Args): Args => ({ name }),
  short: (args) => args,
  run: ({ name }, { network }) => network.captures.stop(name),
});

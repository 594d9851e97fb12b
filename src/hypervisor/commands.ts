/**
 * The commands of a host: what a person, a scenario or a replay can tell one, and the only way to drive it besides `advance`.
 * What is derived from their definitions is derived here.
 */
import type * as ALL from './commands/all.ts';
import type { CommandDefinition, CommandOf } from './commands/command.ts';

/** A command as data. */
export type Command = CommandOf<(typeof ALL)[keyof typeof ALL]>;

/** The definition of a command, by its name. */
export function commandNamed(
  commands: readonly CommandDefinition[],
  op: string,
): CommandDefinition | undefined {
  return commands.find((definition) => definition.op === op);
}

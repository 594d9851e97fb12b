/** A scenario with the commands that hosts know. */
import type { LabError } from '#base/result';
import type { ScenarioOf, TimedOf } from '#base/scenario';
import type { Command } from '#hypervisor/commands';

/** A command at a virtual time on a host. */
export type TimedCommand = TimedOf<Command>;
export type Scenario = ScenarioOf<Command>;

/** A command that was given to a host, and what came of it. */
export interface LoggedCommand {
  readonly command: TimedCommand;
  readonly error?: LabError;
}

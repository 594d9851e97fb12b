/**
 * What a host can be made of, and what it can be told: a list for each kind of thing that a specification, a command or a
 * question names. A host is created with such lists; whoever has kinds of their own passes longer ones, and nothing that is
 * shared changes.
 */
import * as ALL_COMMANDS from './commands/all.ts';
import type { CommandDefinition } from './commands/command.ts';
import type { SchedulerKind } from './cpu/schedulers/scheduler.ts';
import { SCHEDULERS } from './cpu/schedulers/schedulers.ts';
import * as ALL_QUESTIONS from './questions/all.ts';
import type { Question } from './questions/question.ts';

export interface Registries {
  readonly schedulers: readonly SchedulerKind[];
  readonly commands: readonly CommandDefinition[];
  readonly questions: readonly Question[];
}

/** The lists of the product. */
export const REGISTRIES: Registries = {
  schedulers: SCHEDULERS,
  commands: Object.values(ALL_COMMANDS),
  questions: Object.values(ALL_QUESTIONS),
};

/**
 * What a host can be made of: a list for each kind of thing that a specification names. A host is created with such lists;
 * whoever has kinds of their own passes longer ones, and nothing that is shared changes.
 */

import type { SchedulerKind } from './cpu/schedulers/scheduler.ts';
import { SCHEDULERS } from './cpu/schedulers/schedulers.ts';

export interface Registries {
  readonly schedulers: readonly SchedulerKind[];
}

/** The lists of the product. */
export const REGISTRIES: Registries = { schedulers: SCHEDULERS };

/** `measure breadth`: the groups of figures, one file each. Who adds a figure adds its row to `wanted.ts`, and measures it here. */
import type { Measurement } from '../figure.ts';
import { CHECKPOINT } from './checkpoint.ts';
import { CUTS } from './cuts.ts';
import { DAMAGE } from './damage.ts';
import { DIGESTS } from './digests.ts';
import { RELOAD, WORKER_KILL } from './return.ts';
import { SCHEDULES_OF_MESSAGES } from './schedules.ts';
import { SPEED } from './speed.ts';
import { TOUCHED_FILES } from './touched-files.ts';
import { TRAVEL } from './travel.ts';
import { TWO_WORKERS } from './two-workers.ts';
import { WANTED } from './wanted.ts';

export const BREADTH: Measurement = {
  wanted: WANTED,
  groups: [
    TOUCHED_FILES,
    DIGESTS,
    SPEED,
    DAMAGE,
    CHECKPOINT,
    WORKER_KILL,
    RELOAD,
    TRAVEL,
    TWO_WORKERS,
    SCHEDULES_OF_MESSAGES,
    CUTS,
  ],
};

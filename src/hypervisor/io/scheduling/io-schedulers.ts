/** The table of I/O schedulers: whom a physical disk may be given to. */
import { DEADLINE } from './deadline.ts';
import { FAIR } from './fair.ts';
import { FIFO } from './fifo.ts';
import type { IoSchedulerKind } from './io-scheduler.ts';

export const IO_SCHEDULERS: readonly IoSchedulerKind[] = [FIFO, DEADLINE, FAIR];

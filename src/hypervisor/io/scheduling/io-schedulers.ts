/** The table of I/O schedulers: whom a physical disk may be given to. The code of one that no lab has at first comes when it is named. */
import * as v from 'valibot';
import { Later } from '#base/later';
import { defineKind } from '#machine/kind';
import { duration, parallel } from '../media/settings.ts';
import { FAIR } from './fair.ts';
import { FIFO } from './fifo.ts';
import type { IoSchedulerKind } from './io-scheduler.ts';

const deadline = new Later(() => import('./deadline.ts'));
const DEADLINE: IoSchedulerKind = {
  ...defineKind({
    ...{ id: 'deadline', later: { code: deadline, words: ['deadline'] } },
    settings: {
      readNs: v.optional(duration, 50_000_000),
      writeNs: v.optional(duration, 500_000_000),
      /** Requests in a batch, and batches of reads that writes let pass. */
      batch: v.optional(parallel, 16),
      starved: v.optional(parallel, 2),
    },
    create: (settings, { pieceBytes }) => deadline.here.create({ ...settings, pieceBytes }),
  }),
  // Known with its code, which comes before any state is read.
  get state() {
    return deadline.isHere ? deadline.here.STATE : undefined;
  },
};

export const IO_SCHEDULERS: readonly IoSchedulerKind[] = [FIFO, DEADLINE, FAIR];

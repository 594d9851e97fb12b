/** The table of I/O schedulers: whom a physical disk may be given to. The code of those that no lab has at first comes when they are named. */
import * as v from 'valibot';
import { Later } from '#base/later';
import { defineKind } from '#machine/kind';
import { whole } from '../../shapes/values.ts';
import { bytes, duration, parallel } from '../media/settings.ts';
import { FIFO } from './fifo.ts';
import type { IoSchedulerKind } from './io-scheduler.ts';

const deadline = new Later(() => import('./deadline.ts'));
const DEADLINE: IoSchedulerKind = defineKind({
  ...{ id: 'deadline', later: { code: deadline, words: ['deadline'] } },
  settings: {
    readNs: v.optional(duration, 50_000_000),
    writeNs: v.optional(duration, 500_000_000),
    /** Requests in a batch, and batches of reads that writes let pass. */
    batch: v.optional(parallel, 16),
    starved: v.optional(parallel, 2),
  },
  // Known with its code, which comes before any state is read.
  get state() {
    return deadline.isHere ? deadline.here.STATE : undefined;
  },
  create: (settings, { pieceBytes }) => deadline.here.create({ ...settings, pieceBytes }),
});

const fair = new Later(() => import('./fair.ts'));
const FAIR: IoSchedulerKind = defineKind({
  ...{ id: 'fair', later: { code: fair, words: ['fair'] } },
  settings: {
    pieceBytes: v.exactOptional(bytes),
    /** How long the disk stands still for the next request of a VM that has had less than the others; the disk says, unless given. */
    patienceNs: v.exactOptional(duration),
    lightBytes: v.optional(bytes, 64 * 1024),
    lightPercent: v.optional(whole({ least: 1, most: 100 }), 60),
  },
  get state() {
    return fair.isHere ? fair.here.STATE : undefined;
  },
  create: (given, disk) => fair.here.create(given, disk),
});

export const IO_SCHEDULERS: readonly IoSchedulerKind[] = [FIFO, DEADLINE, FAIR];

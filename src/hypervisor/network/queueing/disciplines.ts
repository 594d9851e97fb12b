/** The table of queueing disciplines. */
import { STRICT, WEIGHTED } from './classes.ts';
import type { DisciplineKind } from './discipline.ts';
import { FQ_CODEL } from './fair-queue.ts';
import { CODEL, FIFO } from './one-queue.ts';

export const DISCIPLINE_IDS = ['fifo', 'strict', 'weighted', 'codel', 'fq-codel'] as const;
export type DisciplineId = (typeof DISCIPLINE_IDS)[number];

export const DISCIPLINES: Readonly<Record<DisciplineId, DisciplineKind>> = {
  ...{ fifo: FIFO, strict: STRICT, weighted: WEIGHTED, codel: CODEL, 'fq-codel': FQ_CODEL },
};

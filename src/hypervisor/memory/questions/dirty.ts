/** Which pages of a VM are written, and how fast, while its dirty log is on. */

import * as v from 'valibot';
import { PAGE_SIZE } from '#base/addresses';
import { type Hex64, hexNumber } from '#base/hex64';
import { fail, ok } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import { defineVmQuestion, type OfVm, type Question } from '../../questions/question.ts';
import { COUNT } from '../../shapes/values.ts';
import { type DirtyLog, NEVER, ROUND_NS } from '../tracking/dirty-log.ts';

/** Pages of one memslot. */
export interface DirtySlot {
  readonly base: Hex64;
  readonly pages: number;
  /** Bit n mod 8 of byte n / 8: page n was written. */
  readonly bitmap: Uint8Array;
}
export interface DirtyAnswer {
  /** Its log began then. */
  readonly sinceNs: VirtualNs;
  /** The latest round, and how long each is. */
  readonly round: number;
  readonly roundNs: VirtualNs;
  /** Pages that were written in the latest round; per second over the last second; different ones since the round that was asked for. */
  readonly latest: number;
  readonly perSecond: number;
  readonly distinct: number;
  readonly slots: readonly DirtySlot[];
}

interface Args {
  /** The first round that counts for the bitmap; the latest one unless said. */
  readonly from?: number;
}

export const dirty: Question<'dirty', OfVm & Args, DirtyAnswer> = defineVmQuestion<
  'dirty',
  DirtyAnswer,
  Args
>({
  id: 'dirty',
  text: {
    en: 'pages that a VM has written since a round of its dirty log (the latest unless said), as a bitmap, and how fast it writes',
    zh: '虚拟机自脏页日志某一轮（默认为最近一轮）以来写过的页（位图），以及写入速度',
  },
  more: { from: v.exactOptional(COUNT) },
  ask(vm, { from }, { management }) {
    const log = management.dirtyLogs.of(vm.slot);
    return log === undefined
      ? fail('vm.noDirtyLog', { vm: vm.spec.name })
      : ok(answerOf(log, from ?? log.round));
  },
});

function answerOf(log: DirtyLog, from: number): DirtyAnswer {
  const first = Math.max(from, NEVER + 1);
  let start = 0;
  let distinct = 0;
  const slots = log.space.slots.map(({ base, sizeBytes }) => {
    const pages = sizeBytes / PAGE_SIZE;
    const bitmap = new Uint8Array(Math.ceil(pages / 8));
    for (let page = 0; page < pages; page++)
      if (log.rounds[start + page]! >= first) {
        bitmap[page >>> 3]! |= 1 << (page & 7);
        distinct += 1;
      }
    start += pages;
    return { base: hexNumber(base), pages, bitmap };
  });
  const { sinceNs, round, latest, perSecond } = log;
  return { ...{ sinceNs, round, roundNs: ROUND_NS, latest, perSecond }, distinct, slots };
}

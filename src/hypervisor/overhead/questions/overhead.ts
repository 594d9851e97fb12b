/**
 * One run of the overhead account: the program on a bare hart or in a VM, on a machine of its own with the clock, the scheduler and the disk of
 * the host that is asked, which notices nothing of it. Who wants the account asks for one run after the other.
 */
import * as v from 'valibot';
import {
  OVERHEAD_RUN_IDS,
  OVERHEAD_RUNS,
  type OverheadGroup,
  type OverheadPart,
} from '#base/catalogue/overhead';
import { ok } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import type { Host } from '../../host.ts';
import { EMULATION } from '../../io/emulation.ts';
import { PASSING } from '../../io/passthrough/host-devices.ts';
import type { ExitDetail } from '../../monitor/exit-details.ts';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { accountOf, partOfExit } from '../account.ts';
import { runBare } from '../bare-run.ts';
import { overheadProgram } from '../program.ts';
import { surroundingsOf } from '../surroundings.ts';
import { runInVm } from '../vm-run.ts';

export interface OverheadAnswer {
  readonly run: string;
  readonly group: OverheadGroup;
  /** Where the time went: the parts together are all of it. */
  readonly elapsedNs: VirtualNs;
  readonly parts: Readonly<Record<OverheadPart, VirtualNs>>;
  readonly instructions: number;
  /** Entries of page tables that walks have read: of its own tables, and of those of the host. */
  readonly references: { readonly own: number; readonly host: number };
  /** Exits by cause, each with the part that its cost is in; the costliest first. */
  readonly exits: readonly (ExitDetail & { readonly part: OverheadPart })[];
  /** What it has read, and blocks' words that were not as they had been written: the same wherever it runs. */
  readonly sum: string;
  readonly wrong: number;
  /** Hash of the saved host from which a run in a VM goes on. */
  readonly beginning?: string;
}

export const overhead: Question<'overhead', { readonly run: string }, OverheadAnswer> = defineQuestion({
  id: 'overhead',
  text: {
    en: 'a run of the overhead account: the same program on a bare hart or in a VM, on a machine of its own, and where its time went',
    zh: '开销账的一次运行：同一程序在裸机上或在虚拟机中（各用自己的机器）运行，时间花在何处',
  },
  arguments: { run: v.picklist(OVERHEAD_RUN_IDS) },
  parts: [EMULATION, PASSING],
  ask: ({ run }, host) => ok(answerFor(run, host)),
});

function answerFor(id: string, host: Host): OverheadAnswer {
  const run = OVERHEAD_RUNS.find((each) => each.id === id) ?? OVERHEAD_RUNS[0]!;
  const program = overheadProgram(run);
  const options = surroundingsOf(host);
  const counts = run.isBare === true ? runBare(run, program, options) : runInVm(run, program, options);
  const { elapsedNs, instructions, references, exits, board } = counts;
  const parts = accountOf(counts, host.machine.nsPerInstruction);
  return {
    ...{ run: run.id, group: run.group, elapsedNs, parts, instructions, references },
    exits: exits
      .map((exit) => ({ ...exit, part: partOfExit(exit) }))
      .sort((one, other) => other.costNs - one.costNs),
    ...{ sum: board.sum, wrong: board.wrong },
    ...(counts.beginning === undefined ? {} : { beginning: counts.beginning }),
  };
}

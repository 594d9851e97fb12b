/** A VM's memory as the offset model sees it: one base and bound, or into how many runs with an offset each it is scattered. */

import { allocationOf } from '#base/catalogue/allocation-modes';
import { type Hex64, hexNumber } from '#base/hex64';
import { ok } from '#base/result';
import { defineVmQuestion, type OfVm, type Question } from '../../questions/question.ts';
import { offsetRuns } from '../offset-model.ts';

/** Guest addresses that one offset translates. */
export interface OffsetRange {
  readonly gpa: Hex64;
  readonly spa: Hex64;
  readonly bytes: number;
}
export interface OffsetsAnswer {
  /** The VM is given its memory in one run, and nothing may scatter it. */
  readonly kept: boolean;
  /** Runs, and offsets that are different: with one of them, base and bound are enough. */
  readonly runs: number;
  readonly offsets: number;
  /** Frames of the G-stage table, which the model would not need. */
  readonly tableFrames: number;
  /** The largest ones, the largest first. */
  readonly largest: readonly OffsetRange[];
}

const MOST_RUNS = 64;

export const offsets: Question<'offsets', OfVm, OffsetsAnswer> = defineVmQuestion({
  id: 'offsets',
  text: {
    en: 'the memory of a VM as the offset model sees it: how many runs of frames, each with an offset of its own',
    zh: '以偏移模型看虚拟机内存：分为多少段连续页帧，每段各有一个偏移',
  },
  ask({ memory, spec }) {
    const runs = offsetRuns(memory);
    const largest = runs.toSorted((a, b) => b.bytes - a.bytes || a.gpa - b.gpa).slice(0, MOST_RUNS);
    return ok({
      kept: allocationOf(spec.allocation).run,
      runs: runs.length,
      offsets: new Set(runs.map(({ gpa, spa }) => spa - gpa)).size,
      tableFrames: memory.tableFrames,
      largest: largest.map(({ gpa, spa, bytes }) => ({ gpa: hexNumber(gpa), spa: hexNumber(spa), bytes })),
    });
  },
});

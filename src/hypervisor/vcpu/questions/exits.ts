/** Exits of a VM by reason, with their finer causes. */

import { EXIT_REASONS } from '#base/catalogue/exit-reasons';
import { ok } from '#base/result';
import { defineVmQuestion, type OfVm, type Question } from '../../questions/question.ts';
import type { Vm } from '../../vm/vm.ts';

/** One row of the exit table of a VM. */
export interface ExitRow {
  /** Name of the reason, KVM's vocabulary: `guest-page-fault`, `sbi`, `wfi`, `mmio`, … */
  readonly reason: string;
  readonly count: number;
  /** Virtual time that these exits cost. */
  readonly costNs: number;
}

export interface ExitTable {
  readonly rows: readonly ExitRow[];
  /** The finer causes inside a reason (SBI function, device register), most frequent first, at most 64. */
  readonly details: readonly {
    readonly reason: string;
    readonly detail: string;
    readonly count: number;
    readonly costNs: number;
  }[];
  /** Guest time, for the share that exits take. */
  readonly guestNs: number;
}

export const exits: Question<'exits', OfVm, ExitTable> = defineVmQuestion({
  id: 'exits',
  text: {
    en: 'exits of a VM by reason and by cause: how many, and what they cost',
    zh: '虚拟机的退出，按原因与细节统计：次数与开销',
  },
  ask: (vm) => ok(exitsOf(vm)),
});

const MOST_DETAILS = 64;

function exitsOf(vm: Vm): ExitTable {
  const rows = EXIT_REASONS.map(({ id }, index) => ({
    reason: id,
    count: vm.vcpus.reduce((sum, { exitCounts }) => sum + (exitCounts[index] ?? 0), 0),
    costNs: vm.vcpus.reduce((sum, { exitCostNs }) => sum + (exitCostNs[index] ?? 0), 0),
  }));
  const details = vm.exitDetails
    .list()
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_DETAILS);
  const costNs = rows.reduce((sum, row) => sum + row.costNs, 0);
  const runNs = vm.vcpus.reduce((sum, vcpu) => sum + vcpu.runNs, 0);
  return { rows, details, guestNs: Math.max(0, runNs - costNs) };
}

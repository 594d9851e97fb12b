/** Exits of a VM by reason, with their finer causes. */
import type { ExitTable } from '#bridge/protocol/answers';
import { EXIT_REASONS, type Vm } from '#hypervisor/host';

const MOST_DETAILS = 64;

export function exits(vm: Vm): ExitTable {
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

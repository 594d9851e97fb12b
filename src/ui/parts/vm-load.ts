/** What was measured of a VM last. */
import type { ViewReader } from '#base/views';
import type { VmDescription } from '#bridge/protocol/answers';

/** The newest sample of some metrics of a VM, together; null: it does not run, or one of them is not measured yet. */
export function latestOf(
  view: ViewReader | undefined,
  vm: VmDescription,
  ...metrics: readonly string[]
): number | null {
  if (view === undefined || vm.state !== 'running') return null;
  let sum = 0;
  for (const metric of metrics) {
    const value = view.latest(vm.slot, metric);
    if (value === undefined) return null;
    sum += value;
  }
  return sum;
}

/** What share of its vCPUs' time a VM ran. */
export function cpuOf(view: ViewReader | undefined, vm: VmDescription): number | null {
  const time = latestOf(view, vm, 'cpu');
  return time === null ? null : time / vm.spec.vcpus;
}

/** Levels of a VM as they are now, together; null before the host has told anything. */
export function levelOf(
  view: ViewReader | undefined,
  vm: VmDescription,
  ...metrics: readonly string[]
): number | null {
  if (view === undefined || !hasToldOf(view)) return null;
  return metrics.reduce((sum, metric) => sum + view.now(vm.slot, metric), 0);
}

/** False for a view that its host has not filled yet: all of it is 0, which is not what is so. */
export function hasToldOf(view: ViewReader): boolean {
  return view.time('virtualNs') > 0 || view.time('freeFrames') > 0;
}

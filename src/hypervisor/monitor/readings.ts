/**
 * The samples that hosts take of their VMs, in the words of the page: numbered since the host was switched on, counters as
 * rates. It knows nothing of where they are stored.
 */
import { readingAt } from '#base/catalogue/metrics';
import type { VirtualNs } from '#base/virtual-time';
import type { Vm } from '../vm/vm.ts';
import { SAMPLE_PERIOD_NS, SAMPLES_KEPT } from './metrics.ts';

/** Samples that a host has taken by `now`: one at every multiple of the period, after the quantum that reaches it. */
export function samplesTaken(now: VirtualNs): number {
  return Math.max(0, Math.ceil(now / SAMPLE_PERIOD_NS) - 1);
}

/**
 * What the host's sample `n` says of a VM, one value per metric: levels at its end, rates over the `span` samples that end
 * with it. Not a number for what was before the VM or is forgotten. `taken` is the host's count now.
 */
export function readingsOf(vm: Vm, n: number, span: number, taken: number, values: Float64Array): void {
  // All VMs are sampled together: a VM's last sample is its host's last one, whenever it was created.
  const own = n + vm.sampled.fine.count - taken;
  const before = own - span;
  const oldest = vm.sampled.fine.count - SAMPLES_KEPT;
  const isKnown = own >= 0 && own >= oldest && (before < 0 || before >= oldest);
  for (const [column, metric] of vm.sampled.fine.metrics.entries()) {
    const since = isKnown && before >= 0 ? vm.sampled.fine.at(before, metric.id) : 0;
    values[column] = isKnown
      ? readingAt(metric, since, vm.sampled.fine.at(own, metric.id), span * SAMPLE_PERIOD_NS)
      : Number.NaN;
  }
}

/** What policies read: the samples that the host takes of its VMs, over a span of the last ones. Counters are rates, levels their mean. */
import { readingAt } from '#base/catalogue/metrics';
import type { VirtualNs } from '#base/virtual-time';
import { SAMPLE_PERIOD_NS, SAMPLES_KEPT } from '../monitor/metrics.ts';
import type { Vm } from '../vm/vm.ts';

/** Samples in a span of time, one at least. */
export function samplesIn(span: VirtualNs): number {
  return Math.min(SAMPLES_KEPT - 1, Math.max(1, Math.round(span / SAMPLE_PERIOD_NS)));
}

/**
 * What a metric of a VM was over a span.
 * @param ago samples that were taken since its end
 * @returns not a number where the VM has no such samples (yet, or any more)
 */
export function reading({ sampled }: Vm, metric: string, span: number, ago: number): number {
  const { fine: samples } = sampled;
  const column = samples.metrics.findIndex(({ id }) => id === metric);
  const row = samples.metrics[column];
  const last = samples.count - 1 - ago;
  const before = last - span;
  if (row === undefined || before < 0 || before < samples.count - samples.kept) return Number.NaN;
  if (row.kind === 'counter')
    return readingAt(
      row,
      samples.atColumn(before, column),
      samples.atColumn(last, column),
      span * SAMPLE_PERIOD_NS,
    );
  let sum = 0;
  for (let n = before + 1; n <= last; n++) sum += samples.atColumn(n, column);
  return sum / span;
}

/** What policies read: the samples that the host takes, over a span of the last ones. Counters are rates, levels their mean. */
import { readingAt } from '#base/catalogue/metrics';
import { METRICS_OF_HOST } from '#base/catalogue/scoped-metrics';
import type { VirtualNs } from '#base/virtual-time';
import { SAMPLE_PERIOD_NS, SAMPLES_KEPT, type SampleRing } from '../monitor/metrics.ts';
import { type SampledHost, samplesOf } from '../monitor/series.ts';
import type { MetricName } from './expression.ts';

/** What is the host's own, whoever's policy reads it. */
const OF_HOST: ReadonlySet<string> = new Set(METRICS_OF_HOST.map(({ id }) => id));

/** Samples in a span of time, one at least. */
export function samplesIn(span: VirtualNs): number {
  return Math.min(SAMPLES_KEPT - 1, Math.max(1, Math.round(span / SAMPLE_PERIOD_NS)));
}

/** The samples of what a name stands for in a policy of a VM: every 100 ms. */
function ringOf(host: SampledHost, { metric, part, vm }: MetricName, own: string): SampleRing | undefined {
  const owner = OF_HOST.has(metric) ? {} : { vm: vm ?? own };
  return samplesOf(host, { metric, ...owner, ...(part === undefined ? {} : { part }) })?.fine;
}

/**
 * What a metric was over a span of so many samples.
 * @param own the VM whose policy reads it
 * @param ago samples that were taken since its end
 * @returns not a number where there are no such samples (yet, or any more)
 */
export function reading(
  host: SampledHost,
  name: MetricName,
  own: string,
  { span: wanted, ago }: { readonly span: number; readonly ago: number },
): number {
  const samples = ringOf(host, name, own);
  if (samples === undefined) return Number.NaN;
  // Of parts less is kept.
  const span = Math.min(wanted, samples.kept - 1);
  const column = samples.metrics.findIndex(({ id }) => id === name.metric);
  const row = samples.metrics[column]!;
  const last = samples.count - 1 - ago;
  const before = last - span;
  if (before < 0 || before < samples.count - samples.kept) return Number.NaN;
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

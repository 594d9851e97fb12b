/** Samples of a VM as lines of comma-separated values: the same numbers that charts show. */
import { RESOLUTIONS } from '#bridge/protocol/views';
import { type Host, SAMPLE_PERIOD_NS, SAMPLES_KEPT, type Vm } from '#hypervisor/host';
import { sampleOf, samplesTaken } from '../view-samples.ts';

const { samples: MOST } = RESOLUTIONS.fine;

export function metricsTable(vm: Vm, host: Host, metrics: readonly string[]): string {
  const taken = samplesTaken(host.now);
  // The oldest that is kept has no neighbour to make a rate with.
  const count = Math.min(vm.samples.count, MOST, SAMPLES_KEPT - 1);
  const ids = host.metrics.map(({ id }) => id);
  const columns = metrics.map((metric) => ids.indexOf(metric)).filter((column) => column >= 0);
  const values = new Float64Array(ids.length);
  const lines = [['virtualNs', ...columns.map((column) => ids[column])].join(',')];
  for (let n = taken - count; n < taken; n++) {
    sampleOf(vm, n, 1, taken, values);
    lines.push([(n + 1) * SAMPLE_PERIOD_NS, ...columns.map((column) => values[column])].join(','));
  }
  return `${lines.join('\n')}\n`;
}

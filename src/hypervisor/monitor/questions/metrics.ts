/** Samples of a VM: the same numbers that charts show, as a table. */
import * as v from 'valibot';
import { ok } from '#base/result';
import { RESOLUTIONS } from '#base/views';
import type { Host } from '../../host.ts';
import { defineVmQuestion, type OfVm, type Question } from '../../questions/question.ts';
import { listOf, SHORT_TEXT } from '../../shapes/values.ts';
import type { Vm } from '../../vm/vm.ts';
import { SAMPLE_PERIOD_NS, SAMPLES_KEPT } from '../metrics.ts';
import { readingsOf, samplesTaken } from '../readings.ts';

export interface MetricTable {
  /** Metrics by their ids, in the order of the values. */
  readonly metrics: readonly string[];
  /** A row for each sample, the oldest first: its virtual time, then a value for each metric. */
  readonly rows: readonly (readonly number[])[];
}

interface Args {
  /** All unless said; what the host does not measure is left out. */
  readonly metrics?: readonly string[];
}

const { samples: MOST } = RESOLUTIONS.fine;
const MOST_METRICS = 64;

export const metrics: Question<'metrics', OfVm & Args, MetricTable> = defineVmQuestion<
  'metrics',
  MetricTable,
  Args
>({
  id: 'metrics',
  text: {
    en: 'samples of a VM over the last minute and a half of virtual time, as charts show them',
    zh: '虚拟机最近一分半（虚拟时间）的采样，与图表所示相同',
  },
  more: { metrics: v.exactOptional(listOf(SHORT_TEXT, MOST_METRICS)) },
  ask: (vm, args, host) => ok(tableOf(vm, args.metrics, host)),
});

function tableOf(vm: Vm, wanted: readonly string[] | undefined, host: Host): MetricTable {
  const taken = samplesTaken(host.now);
  // The oldest that is kept has no neighbour to make a rate with.
  const count = Math.min(vm.sampled.fine.count, MOST, SAMPLES_KEPT - 1);
  const ids = host.metrics.map(({ id }) => id);
  const columns = (wanted ?? ids).map((metric) => ids.indexOf(metric)).filter((column) => column >= 0);
  const values = new Float64Array(ids.length);
  const rows: number[][] = [];
  for (let n = taken - count; n < taken; n++) {
    readingsOf(vm, n, 1, taken, values);
    rows.push([(n + 1) * SAMPLE_PERIOD_NS, ...columns.map((column) => values[column] ?? 0)]);
  }
  return { metrics: columns.map((column) => ids[column] ?? ''), rows };
}

/** Everything that a host measures, as it is now: each metric with what it means, and a value for each thing that has it. */
import type { Metric } from '#base/catalogue/metrics';
import type { MetricScope } from '#base/catalogue/scoped-metrics';
import { ok } from '#base/result';
import { type MetricTexts, metricTextsOf } from '#base/texts/metric-texts';
import type { Host } from '../../host.ts';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { type Subject, subjectsOf } from '../subjects.ts';

/** One metric of one kind of thing. */
export interface MeasuredRow extends Pick<Metric, 'id' | 'name' | 'kind' | 'unit'>, MetricTexts {
  readonly scope: MetricScope;
  readonly values: readonly MeasuredValue[];
}
export interface MeasuredValue {
  /** Of what it is: the labels of the thing, and those of the metric. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export const measured: Question<'measured', object, readonly MeasuredRow[]> = defineQuestion({
  id: 'measured',
  text: {
    en: 'all that the host measures, of itself, its disks and ports, its VMs and their parts: what it means, and how it is now',
    zh: '主机所测量的一切：自身、磁盘与端口、虚拟机及其部件；各指标的含义与当前值',
  },
  arguments: {},
  ask: (_, host) => ok(rowsOf(host)),
});

/** A row for each metric, in the order in which things that have it come. */
export function rowsOf(host: Host): MeasuredRow[] {
  const rows = new Map<string, MeasuredRow & { values: MeasuredValue[] }>();
  for (const subject of subjectsOf(host)) for (const metric of subject.metrics) add(rows, subject, metric);
  return [...rows.values()];
}

function add(
  rows: Map<string, MeasuredRow & { values: MeasuredValue[] }>,
  { scope, labels }: Subject,
  { read, labels: own, texts, ...metric }: Subject['metrics'][number],
): void {
  const { id, name } = metric;
  const found = rows.get(id);
  const row = found ?? { ...metric, scope, ...(texts ?? metricTextsOf(id, name)), values: [] };
  if (found === undefined) rows.set(id, row);
  row.values.push({ labels: { ...labels, ...own }, value: read() });
}

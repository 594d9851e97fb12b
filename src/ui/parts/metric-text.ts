/** What a metric is called, and where its number comes from. One that the page knows no text of shows its name. */
import type { TFunction } from 'i18next';
import { METRICS, type Metric } from '#base/catalogue/metrics';

type Named = Pick<Metric, 'id' | 'name'>;

export function metricTitle(t: TFunction, { id, name }: Named): string {
  return t(`metric.${id}`, { defaultValue: name });
}

/** The source, with the name by which other tools would know the metric. */
export function metricSource(t: TFunction, { id, name }: Named): string {
  const source = t(`metricSource.${id}`, { defaultValue: '' });
  return source === '' ? name : `${source} (${name})`;
}

/** The rows of metrics that a view names itself. */
export const METRIC: Readonly<Record<(typeof METRICS)[number]['id'], Metric>> = Object.fromEntries(
  METRICS.map((metric): [string, Metric] => [metric.id, metric]),
) as Record<(typeof METRICS)[number]['id'], Metric>;

/** Numbers of policies as a person reads them: what is adjusted in its unit, metrics and coefficients as they are computed with. */
import { METRICS, type Metric } from '#base/catalogue/metrics';
import { METRICS_OF_HOST, PART_METRICS, VM_KEPT } from '#base/catalogue/scoped-metrics';
import { metricTextsOf } from '#base/texts/metric-texts';
import type { AnswerOf } from '#bridge/protocol/answers';
import { languageNow } from '../../../i18n/language.ts';
import type { Format } from '../../../kit/format.ts';

type TargetUnit = AnswerOf<'adjustment'>['targets'][number]['unit'];
type NamedMetric = Pick<Metric, 'id' | 'name' | 'kind' | 'unit'>;

/** What policies and alarms can read of a VM as a whole, and of its parts too. */
export const METRICS_OF_VMS: readonly NamedMetric[] = [...METRICS, ...VM_KEPT];
export const OF_VMS: readonly NamedMetric[] = [
  ...METRICS_OF_VMS,
  ...[...PART_METRICS.vcpu, ...PART_METRICS.disk, ...PART_METRICS.card],
];

/** What a metric is called, in the page's language. */
export function titleOf(id: string): string {
  const name = [...OF_VMS, ...METRICS_OF_HOST].find((each) => each.id === id)?.name ?? id;
  return metricTextsOf(id, name).title[languageNow()];
}

/** What a target is set to. */
export function writeTarget(format: Format, unit: TargetUnit, value: number): string {
  switch (unit) {
    case 'count':
      return format.integer(value);
    case 'percent':
      return format.percent(value / 100);
    case 'bytes':
      return format.bytes(value);
    case 'bytes/s':
      return format.byteRate(value);
    case 'bit/s':
      return format.bitRate(value);
    case '1/s':
      return `${format.count(value)}/s`;
  }
}

/** A number that is computed with; a dash where it is not known. */
export function writeFigure(format: Format, value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 10_000) return format.count(value);
  return format.number(value, size >= 100 ? 0 : size >= 1 ? 2 : 4);
}

/** What is added to a target, in its unit; parts of what is counted may be less than one. */
export function writeAdjustment(format: Format, unit: TargetUnit, value: number | undefined): string {
  if (unit === 'count' || value === undefined || !Number.isFinite(value)) return writeChange(format, value);
  const sign = value > 0 ? '+' : value < 0 ? '−' : '';
  return `${sign}${writeTarget(format, unit, Math.abs(value))}`;
}

/** The same with its sign: it is added. */
export function writeChange(format: Format, value: number | undefined): string {
  const said = writeFigure(format, value);
  return value !== undefined && value > 0 ? `+${said}` : said;
}

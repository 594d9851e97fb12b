/** What policies and alarms can read, by the names that they call it by. */
import { HOST_METRICS, isOfParts, METRICS_OF_HOST } from '#base/catalogue/scoped-metrics';
import { type MeasuredRow, measuredOf } from '../../../parts/samples/rows.ts';
import { METRICS_OF_VMS, OF_VMS } from './figures.ts';

/** The parts of a VM, or of the host itself, that have a metric. */
export function partsWith(
  rows: readonly MeasuredRow[] | null,
  metric: string,
  vm: string | undefined,
): readonly string[] {
  const row = rows?.find(({ id }) => id === metric);
  const things = row === undefined || !isOfParts(metric) ? [] : measuredOf(row);
  return things.filter((thing) => thing.vm === vm).map(({ part = '' }) => part);
}

/** An alarm as expressions name it; between quotation marks where it has brackets in it. */
function alarmTerm(name: string): string {
  return /[()]/.test(name) ? `alarm("${name}")` : `alarm(${name})`;
}

export interface Offer {
  readonly value: string;
  /** The metric; none of an alarm. */
  readonly metric?: string;
}

/** What a policy of a VM can name. */
export function offersFor(
  rows: readonly MeasuredRow[] | null,
  vm: string,
  alarms: readonly string[],
): readonly Offer[] {
  const ofParts = (metrics: typeof OF_VMS, owner: string | undefined): Offer[] =>
    metrics.flatMap(({ id }) =>
      partsWith(rows, id, owner).map((part) => ({ value: `${id}[${part}]`, metric: id })),
    );
  const whole = [...METRICS_OF_VMS, ...HOST_METRICS];
  return [
    ...whole.map(({ id }) => ({ value: id, metric: id })),
    ...ofParts(OF_VMS, vm),
    ...ofParts(METRICS_OF_HOST, undefined),
    ...alarms.filter((name) => !name.includes('"')).map((name) => ({ value: alarmTerm(name) })),
  ];
}

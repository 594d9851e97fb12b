/**
 * The text by which metrics are given to Prometheus and its like (text exposition format 0.0.4): for each name a line of help and one of
 * type, then a line for each value with its labels. Times are in seconds, as its conventions want base units.
 */

import type { Metric } from './catalogue/metrics.ts';

/** Values of one name, which stands here without the prefix. */
export interface ExposedFamily extends Pick<Metric, 'name' | 'kind' | 'unit'> {
  readonly help: string;
  readonly samples: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

/** What every name begins with. */
export const EXPOSED_PREFIX = 'virtlab_';

/** The whole text; the families in the order given, each name once. */
export function expositionText(families: readonly ExposedFamily[]): string {
  return families.map(familyText).join('');
}

function familyText({ name, kind, unit, help, samples }: ExposedFamily): string {
  const full = `${EXPOSED_PREFIX}${name}`;
  const lines = samples.map(
    ({ labels, value }) => `${full}${labelText(labels)} ${numberText(unit === 'ns' ? value / 1e9 : value)}\n`,
  );
  const type = kind === 'counter' ? 'counter' : 'gauge';
  return `# HELP ${full} ${escaped(help)}\n# TYPE ${full} ${type}\n${lines.join('')}`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escapedValue(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** In help, only backslashes and line ends are escaped. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
/** In the value of a label, quotes too. */
function escapedValue(text: string): string {
  return escaped(text).replaceAll('"', '\\"');
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return `${value}`;
  return value > 0 ? '+Inf' : '-Inf';
}

/**
 * What a dashboard shows, as its address says it: charts one behind another, each in seven fields. An address may say anything, so what is
 * read is checked field by field, and bounded.
 *
 *   0_cpu__60_a_a_ls*0_port-bytes-in_lan/web/0_s_f_m_w
 *   │ │   │ │ │ │ └ look: s stacked, w wide
 *   │ │   │ │ │ └ average or maximum
 *   │ │   │ │ └ resolution: as fine as there is, 10 ms, 100 ms, a second
 *   │ │   │ └ seconds back; 0 the whole run, s as all other charts
 *   │ │   └ of which VM or part; empty: of all that have it
 *   │ └ metric
 *   └ host, by its place in the lab
 */
import { SPANS } from '../../../parts/chart/spans.ts';
import type { ChartRange } from '../../../state/choices.ts';
import { CHARTS_PATTERN } from './charts-pattern.ts';

export const MOST_CHARTS = 12;
export const RESOLUTIONS = { a: 'auto', f: 'finest', m: 'fine', c: 'coarse' } as const;
export const STATISTICS = { a: 'average', m: 'maximum' } as const;
const MOST_HOSTS = 64;

export interface DashboardChart {
  readonly host: number;
  readonly metric: string;
  /** A VM or a part, as `vm/part`; all that have the metric where it is empty. */
  readonly of: string;
  /** Absent: the stretch that all charts of the page show. */
  readonly seconds?: (typeof SPANS)[number];
  readonly resolution: (typeof RESOLUTIONS)[keyof typeof RESOLUTIONS];
  readonly statistic: (typeof STATISTICS)[keyof typeof STATISTICS];
  readonly isStacked: boolean;
  readonly isWide: boolean;
}

const METRIC = /^[a-z0-9-]{1,40}$/;
const OF = /^[A-Za-z0-9/:.-]{0,120}$/;

function keyFor<Key extends string>(table: Readonly<Record<Key, string>>, value: string): Key {
  return (Object.keys(table) as Key[]).find((key) => table[key] === value)!;
}

/** The parameter that says so; undefined for none. */
export function chartsAsText(charts: readonly DashboardChart[]): string | undefined {
  const texts = charts.slice(0, MOST_CHARTS).map((chart) => {
    const { host, metric, of, seconds, resolution, statistic, isStacked, isWide } = chart;
    const look = `${isStacked ? 's' : ''}${isWide ? 'w' : ''}`;
    const how = [keyFor(RESOLUTIONS, resolution), keyFor(STATISTICS, statistic), look];
    return [host, metric, of, seconds ?? 's', ...how].join('_');
  });
  return texts.length === 0 ? undefined : texts.join('*');
}

/** The charts that a parameter names, those of them that can be read. */
export function chartsIn(text: string | undefined): readonly DashboardChart[] {
  if (text === undefined || !CHARTS_PATTERN.test(text)) return [];
  return text
    .split('*')
    .slice(0, MOST_CHARTS)
    .flatMap((each) => chartIn(each) ?? []);
}

function chartIn(text: string): DashboardChart | undefined {
  const [host = '', metric = '', of = '', back = '', fineness = '', told = '', look = '', ...rest] =
    text.split('_');
  const seconds = SPANS.find((span) => String(span) === back);
  const resolution = Object.hasOwn(RESOLUTIONS, fineness) ? RESOLUTIONS[fineness as 'a'] : undefined;
  const statistic = Object.hasOwn(STATISTICS, told) ? STATISTICS[told as 'a'] : undefined;
  const isForm =
    rest.length === 0 && /^\d{1,2}$/.test(host) && METRIC.test(metric) && OF.test(of) && /^s?w?$/.test(look);
  if (!isForm || Number(host) >= MOST_HOSTS || resolution === undefined || statistic === undefined)
    return undefined;
  if (seconds === undefined && back !== 's') return undefined;
  return {
    ...{ host: Number(host), metric, of, resolution, statistic },
    ...(seconds === undefined ? {} : { seconds }),
    ...{ isStacked: look.includes('s'), isWide: look.includes('w') },
  };
}

/** The stretch that it shows, where that is its own. */
export function rangeOf(seconds: DashboardChart['seconds']): ChartRange | undefined {
  return seconds === undefined ? undefined : { kind: 'last', seconds };
}

/** The charts with one of them moved by so many places. */
export function moved(
  charts: readonly DashboardChart[],
  from: number,
  by: number,
): readonly DashboardChart[] {
  const to = from + by;
  const chart = charts[from];
  if (chart === undefined || to < 0 || to >= charts.length) return charts;
  const others = charts.filter((_, at) => at !== from);
  return [...others.slice(0, to), chart, ...others.slice(to)];
}

/** What one may begin with. */
export const USUAL_CHARTS: readonly DashboardChart[] = (
  ['cpu', 'memory', 'net-tx', 'host-guests'] as const
).map((metric) => ({
  ...{ host: 0, metric, of: '', resolution: 'auto', statistic: 'average' },
  ...{ isStacked: metric !== 'host-guests', isWide: false },
}));

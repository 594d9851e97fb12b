/** The numbers behind a chart: what is drawn, read out and exported is this, and nothing else. */
import { seriesCsv } from '#base/csv';
import type { Series } from '#base/views';

/** Where curves are read: the view of a host, or answers of the machine to who asked. */
export interface SampleSource {
  /** How many samples there are, at least so fine as those of `RESOLUTIONS.fine`: the newest is of so many of its periods. */
  time(field: 'fineSamples'): number;
  /** Of the metric of a VM, at most so many points. */
  series(slot: number, metric: string, fromNs: number, toNs: number, limit: number): Series;
}

/** One curve: a metric of a VM, or the sum over several VMs (the top N and the rest). */
export interface ChartLine {
  readonly key: string;
  readonly label: string;
  readonly color: string;
  readonly slots: readonly number[];
  /** Its id. */
  readonly metric: string;
  /** Of several VMs the largest counts, where the values are nothing to add. */
  readonly isLargest?: boolean;
  /** It lies over the others, dashed, and is no part of their sum. */
  readonly isOverlay?: boolean;
  /** Divides the values (vCPUs for a share). */
  readonly divisor?: number;
}

/** All curves over the same times. What is not known is not a number: a gap. */
export interface Curves {
  /** Ends of the periods that the values are of. */
  readonly atNs: readonly number[];
  /** By line. */
  readonly values: readonly (readonly number[])[];
}

/** The sum of what is known, or the largest; a gap where nothing is. */
function addKnown(into: number[], values: readonly number[], isLargest: boolean): void {
  for (const [index, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    const before = into[index] ?? Number.NaN;
    into[index] = Number.isNaN(before) ? value : isLargest ? Math.max(before, value) : before + value;
  }
}

/** Reads curves of a stretch, in at most `limit` points. */
export function curvesOf(
  view: SampleSource,
  lines: readonly ChartLine[],
  { fromNs, toNs }: { readonly fromNs: number; readonly toNs: number },
  limit: number,
): Curves {
  let atNs: readonly number[] = [];
  const values = lines.map(({ slots, metric, divisor = 1, isLargest = false }) => {
    const sum: number[] = [];
    for (const slot of slots) {
      const series = view.series(slot, metric, fromNs, toNs, limit);
      // The times are those of the host's samples: the same for every VM.
      atNs = series.atNs;
      while (sum.length < atNs.length) sum.push(Number.NaN);
      addKnown(sum, series.values, isLargest);
    }
    return sum.map((value) => value / divisor);
  });
  return { atNs, values };
}

/** Points that are enough to tell which VMs are the largest over a stretch. */
const RANKING_POINTS = 30;

/** Of some VMs the `count` with the highest values of a metric over a stretch, in the order in which they came. */
export function largest(
  view: SampleSource,
  slots: readonly number[],
  metric: string,
  { fromNs, toNs }: { readonly fromNs: number; readonly toNs: number },
  count: number,
): readonly number[] {
  if (slots.length <= count) return slots;
  const means = slots.map((slot) => ({
    slot,
    mean: courseOf(view.series(slot, metric, fromNs, toNs, RANKING_POINTS).values)?.mean ?? -1,
  }));
  // Those that are equal stay as they came, so that curves do not change places for nothing.
  const first = means.sort((one, other) => other.mean - one.mean).slice(0, count);
  const chosen = new Set(first.map(({ slot }) => slot));
  return slots.filter((slot) => chosen.has(slot));
}

/** Upper edges of curves that lie on each other; a line that is not known somewhere adds nothing there and is not drawn. */
export function stacked({ atNs, values }: Curves): Curves {
  const total: number[] = new Array<number>(atNs.length).fill(0);
  return {
    atNs,
    values: values.map((line) =>
      line.map((value, index) => {
        if (Number.isNaN(value)) return Number.NaN;
        total[index] = (total[index] ?? 0) + value;
        return total[index] ?? 0;
      }),
    ),
  };
}

/** The highest value; 0 when nothing is known. */
export function peakOf({ values }: Curves): number {
  let most = 0;
  for (const line of values) for (const value of line) if (value > most) most = value;
  return most;
}

/** Index of the point whose time is nearest; -1 when there is none. */
export function nearestPoint(atNs: readonly number[], ns: number): number {
  let best = -1;
  for (let index = 0; index < atNs.length; index++)
    if (best < 0 || Math.abs((atNs[index] ?? 0) - ns) < Math.abs((atNs[best] ?? 0) - ns)) best = index;
  return best;
}

/** What a curve was over a stretch. */
export interface Course {
  readonly least: number;
  readonly mean: number;
  readonly most: number;
}

/** Undefined when nothing of it is known. */
export function courseOf(line: readonly number[]): Course | undefined {
  const known = line.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return undefined;
  return {
    least: Math.min(...known),
    mean: known.reduce((sum, value) => sum + value, 0) / known.length,
    most: Math.max(...known),
  };
}

/** The curves as a table of text: a row a point of time, a column a curve; a gap is empty. */
export function csvOf(names: readonly string[], { atNs, values }: Curves): string {
  return seriesCsv(names, atNs, values);
}

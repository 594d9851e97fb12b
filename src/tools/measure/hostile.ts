/** Figures of trials by the million: each row says what is wanted, and where it stands in what was found. */
import type { TrialOutcome } from '#base/fixtures/trial';
import type { Bound, FigureGroup, MeasureOptions, Wanted } from './figure.ts';

/** A figure of a trial. */
export interface TrialRow<Found> {
  readonly name: string;
  /** Nothing where it is a count. */
  readonly unit?: string;
  readonly bound: Bound | undefined;
  readonly of: (found: Found) => number;
}

/** What is tried, and what is looked at afterwards. */
interface TrialOptions<Found> {
  /** Of the group. */
  readonly id: string;
  readonly rows: readonly TrialRow<Found>[];
  readonly run: (clock: () => number) => Found;
  /** What is said of it besides. */
  readonly tell?: (found: Found) => readonly string[];
}

export interface TrialFigures {
  readonly wanted: readonly Wanted[];
  readonly group: FigureGroup;
}

/**
 * Milliseconds for which processors have worked for this process, its collector of garbage among them. On a loaded machine whoever does
 * nothing wrong may stand for seconds until it is let go on, so a clock on the wall would see hangs where there are none.
 */
function workedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The group that runs a trial, and what is wanted of its figures. */
export function trialFigures<Found>({ id, rows, run, tell }: TrialOptions<Found>): TrialFigures {
  return {
    wanted: rows.map(({ name, unit = '', bound }) => ({ name, group: id, unit, bound })),
    group: {
      id,
      measure({ say }: MeasureOptions) {
        const found = run(workedMs);
        for (const text of tell?.(found) ?? []) say(text);
        return Promise.resolve(rows.map(({ name, of }) => ({ name, value: of(found) })));
      },
    },
  };
}

/** The rows of whatever takes damaged data, of which nothing may throw and nothing hang. */
export function harmlessRows<Found extends TrialOutcome>(what: string): readonly TrialRow<Found>[] {
  return [
    { name: `${what}: exceptions`, bound: { is: 0 }, of: ({ exceptions }) => exceptions },
    {
      name: `${what}: over a second of processor time for one`,
      bound: { is: 0 },
      of: ({ hangs }) => hangs,
    },
    {
      name: `${what}: processor time of the longest`,
      unit: 'ms',
      bound: undefined,
      of: ({ longestMs }) => Math.round(longestMs),
    },
  ];
}

/** So many in a second of processor time. */
export function perSecond(count: number, workMs: number): number {
  return Math.round((1000 * count) / workMs);
}

/** Samples of one metric as the machine answers them, for charts to read: of the host, or of several of its VMs. */
import { ok, type Result } from '#base/result';
import { RESOLUTIONS, type Series } from '#base/views';
import type { LabClient } from '#bridge/client/client';
import type { AnswerOf, ArgumentsOf, Timed } from '#bridge/protocol/answers';
import type { ChartRange } from '../../state/choices.ts';
import type { SampleSource } from '../chart/curves.ts';
import { rangeAt } from '../chart/stretch.ts';

/** Slot of a line that is of the host itself. */
export const OF_HOST = -1;

/** What charts call the smoothed course of a metric. */
export function smoothedOf(metric: string): string {
  return `${metric} smoothed`;
}

type Resolution = NonNullable<ArgumentsOf<'series'>['resolution']>;
/** Of the samples that a point stands for. */
export type Statistic = 'average' | 'maximum';

/** A VM, or a part of one or of the host, by the number of its line. */
export interface Measured {
  readonly slot: number;
  readonly vm?: string;
  readonly part?: string;
}

/** What a chart shows. */
export interface Wanted {
  readonly metric: string;
  readonly range: ChartRange;
  /** Absent: the finest that reaches back to the beginning of the stretch. */
  readonly resolution?: Resolution;
  readonly statistic: Statistic;
  /** With the smoothed course of each line, of this half-life. */
  readonly halfLifeNs?: number;
  /** What it is of, a line for each; empty for a metric of the host. */
  readonly of: readonly Measured[];
}

interface Line extends Pick<AnswerOf<'series'>, 'atNs' | 'periodNs'> {
  readonly slot: number;
  readonly values: readonly number[];
  readonly smoothed?: readonly number[] | undefined;
}
export interface Sampled {
  readonly wanted: Wanted;
  readonly lines: readonly Line[];
}

/** Asks for every sample of the stretch, of each VM or part; what has gone meanwhile is left out. */
export async function askSamples(
  client: LabClient,
  host: number,
  wanted: Wanted,
): Promise<Result<Timed<Sampled>>> {
  const { metric, range, resolution, halfLifeNs, of } = wanted;
  const { fromNs, toNs } = rangeAt(range, client.status().virtualNs);
  const args: ArgumentsOf<'series'> = {
    ...{ metric, fromNs: Math.floor(fromNs) },
    ...(range.kind === 'part' ? { toNs: Math.ceil(toNs) } : {}),
    ...(resolution === undefined ? {} : { resolution }),
    ...(halfLifeNs === undefined ? {} : { halfLifeNs }),
  };
  const asked =
    of.length === 0
      ? [{ slot: OF_HOST, args }]
      : of.map(({ slot, ...ref }) => ({ slot, args: { ...args, ...ref } }));
  const answers = await Promise.all(
    asked.map(async (each) => ({ slot: each.slot, answer: await client.ask(host, 'series', each.args) })),
  );
  const lines: Line[] = [];
  let at = 0;
  for (const { slot, answer } of answers) {
    if (!answer.ok) {
      const isGone = answer.error.code === 'no-such-vm' || of.some(({ part }) => part !== undefined);
      if (!isGone) return answer;
      continue;
    }
    const { atNs, periodNs, average, smoothed } = answer.value.value;
    lines.push({ slot, atNs, periodNs, values: average, smoothed });
    at = answer.value.at;
  }
  return ok({ at, value: { wanted, lines } });
}

/** The latest answer, read as charts read. It is filled again and again, so that a chart draws by itself and nothing is rendered. */
export class AskedSamples implements SampleSource {
  /** What it is of. */
  readonly wanted: Wanted;
  #lines: readonly Line[] = [];
  #atNs: readonly number[] = [];

  constructor(sampled: Sampled) {
    this.wanted = sampled.wanted;
    this.take(sampled);
  }

  take({ lines }: Sampled): void {
    this.#lines = lines;
    // A VM that came later has fewer samples: the times are those of all.
    this.#atNs = [...new Set(lines.flatMap(({ atNs }) => atNs))].sort((one, other) => one - other);
  }

  time(): number {
    return (this.#atNs.at(-1) ?? 0) / RESOLUTIONS.fine.periodNs;
  }

  series(slot: number, metric: string, fromNs: number, toNs: number, limit: number): Series {
    const line = this.#lines.find((each) => each.slot === slot);
    const times = this.#atNs.filter((at) => at > fromNs && at <= toNs);
    const own = metric === this.wanted.metric ? line?.values : undefined;
    const course = metric === smoothedOf(this.wanted.metric) ? line?.smoothed : own;
    if (line === undefined || course === undefined) return { atNs: [], values: [] };
    const known = new Map(line.atNs.map((at, index) => [at, course[index] ?? Number.NaN]));
    const values = times.map((at) => known.get(at) ?? Number.NaN);
    const size = Math.ceil(times.length / limit);
    return size <= 1
      ? { atNs: times, values }
      : grouped(times, values, size * line.periodNs, this.wanted.statistic);
  }
}

/** A point for each span: spans end at multiples of their length, so that points stand still while the window moves. */
function grouped(
  atNs: readonly number[],
  values: readonly number[],
  spanNs: number,
  statistic: Statistic,
): Series {
  const spans = new Map<number, number[]>();
  for (const [index, at] of atNs.entries()) {
    const end = Math.ceil(at / spanNs) * spanNs;
    const span = spans.get(end) ?? [];
    spans.set(end, span);
    const value = values[index] ?? Number.NaN;
    if (!Number.isNaN(value)) span.push(value);
  }
  // The last span has not ended yet; it comes whole.
  const whole = [...spans].filter(([end]) => end <= (atNs.at(-1) ?? 0));
  return { atNs: whole.map(([end]) => end), values: whole.map(([, span]) => told(span, statistic)) };
}

function told(span: readonly number[], statistic: Statistic): number {
  if (span.length === 0) return Number.NaN;
  return statistic === 'maximum'
    ? Math.max(...span)
    : span.reduce((sum, value) => sum + value, 0) / span.length;
}

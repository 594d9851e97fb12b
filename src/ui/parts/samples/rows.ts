/** Rows of the catalogue: which are shown, and how what is measured stands now. */
import { METRICS, type Reading, readingAt, readingOf } from '#base/catalogue/metrics';
import { HOST_METRICS, PART_METRICS, VM_KEPT } from '#base/catalogue/scoped-metrics';
import type { AnswerOf } from '#bridge/protocol/answers';

export type MeasuredRow = AnswerOf<'measured'>[number];
export type MeasuredValue = MeasuredRow['values'][number];

const KEPT = new Set<string>(
  [...METRICS, ...VM_KEPT, ...HOST_METRICS, ...Object.values(PART_METRICS).flat()].map(({ id }) => id),
);

/** Samples are kept of it, so that there is a chart. */
export function isKept({ id }: Pick<MeasuredRow, 'id'>): boolean {
  return KEPT.has(id);
}

/** Those whose names or meaning have all words that are looked for, in either language. */
export function found(rows: readonly MeasuredRow[], text: string): readonly MeasuredRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ id, name, scope, title, meaning }) => {
    const said = [id, name, scope, title.en, title.zh, meaning.en, meaning.zh].join(' ').toLowerCase();
    return words.every((word) => said.includes(word));
  });
}

/** All of a moment. */
export interface Moment {
  readonly at: number;
  readonly rows: readonly MeasuredRow[];
}

/** What tells a value from the others of its row. */
export function keyOf({ labels }: MeasuredValue): string {
  return Object.values(labels).join(' ');
}

/** What a row is of, a line of its chart for each: VMs, or parts of them or of the host, as questions name them. */
export function measuredOf({
  scope,
  values,
}: Pick<MeasuredRow, 'scope' | 'values'>): readonly MeasuredThing[] {
  if (scope === 'host') return [];
  return values.map(({ labels: { vm, ...rest } }) => {
    const part = Object.values(rest).join('/');
    const name = { ...(vm === undefined ? {} : { vm }), ...(scope === 'vm' ? {} : { part }) };
    return { ...name, key: keyOfThing(name) };
  });
}

/** What a line is called by what it is of; empty: the host itself. */
export function keyOfThing({ vm, part }: Partial<Record<'vm' | 'part', string | undefined>>): string {
  return [vm, part].filter((each) => each !== undefined).join('/');
}

export interface MeasuredThing {
  readonly vm?: string;
  readonly part?: string;
  readonly key: string;
}

/** How each value of a row reads now: a level as it is, a counter by how much it grew since the moment before; else nothing is known. */
export function nowOf(row: MeasuredRow, at: number, before: Moment | undefined): readonly number[] {
  if (row.kind === 'level') return row.values.map(({ value }) => value);
  const old = before?.rows.find(({ id }) => id === row.id);
  const was = new Map(old?.values.map((each) => [keyOf(each), each.value]));
  return row.values.map((each) => {
    const then = was.get(keyOf(each));
    if (then === undefined || before === undefined || at <= before.at) return Number.NaN;
    return readingAt(row, then, each.value, at - before.at);
  });
}

/** How a counter's sum is written: time as a duration, bytes as bytes. */
export function sumReading({ unit }: MeasuredRow): Reading {
  return readingOf({ kind: 'level', unit });
}

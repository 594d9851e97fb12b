/** What a measurement is: figures with the values that are wanted of them, and groups that measure several together. */

/** What a value must be; exactly one of these. */
export type Bound = { readonly is: number } | { readonly most: number } | { readonly least: number };

/** A figure that is wanted, whether or not anything measures it yet. */
export interface Wanted {
  readonly name: string;
  /** Of the group that measures it. */
  readonly group: string;
  readonly unit: string;
  /** `undefined`: reported, and nothing is demanded. */
  readonly bound: Bound | undefined;
}

/** What a group found for one figure: a value, or why this machine has none to give. */
export type Figure =
  | { readonly name: string; readonly value: number }
  | { readonly name: string; readonly why: string };

/** What a person asks of a run. */
export interface MeasureOptions {
  /** Folder of an older commit, with its packages installed and its engine built, to be compared with. */
  readonly old: string | undefined;
  /** Progress, for people. */
  readonly say: (text: string) => void;
}

/** Figures that are measured together. */
export interface FigureGroup {
  readonly id: string;
  measure(options: MeasureOptions): Promise<readonly Figure[]>;
}

/** A name that `npm run measure` knows. */
export interface Measurement {
  readonly wanted: readonly Wanted[];
  readonly groups: readonly FigureGroup[];
}

/** A row of the result. */
export interface FigureResult {
  readonly name: string;
  /** `null`: not measured. */
  readonly value: number | null;
  readonly unit: string;
  readonly wanted: string;
  readonly ok: boolean;
  readonly why?: string;
}

/** The middle one of some values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** A value with no more digits than anybody reads. */
export function rounded(value: number, digits = 3): number {
  return Number(value.toFixed(digits));
}

function isWithin(value: number, bound: Bound): boolean {
  if ('is' in bound) return value === bound.is;
  return 'most' in bound ? value <= bound.most : value >= bound.least;
}

/** A bound as a person writes it. */
function written(bound: Bound | undefined): string {
  if (bound === undefined) return 'reported';
  if ('is' in bound) return `= ${bound.is}`;
  return 'most' in bound ? `<= ${bound.most}` : `>= ${bound.least}`;
}

/** Holds what was found against what is wanted. */
export function judge(wanted: Wanted, found: Figure | undefined): FigureResult {
  const { name, unit, bound } = wanted;
  const limit = written(bound);
  const missing = (why: string): FigureResult => ({ name, value: null, unit, wanted: limit, ok: false, why });
  if (found === undefined) return missing('nothing measures it');
  if ('why' in found) return missing(found.why);
  const { value } = found;
  return { name, value, unit, wanted: limit, ok: bound === undefined || isWithin(value, bound) };
}

/** How far a value lies from the usual, measured so that a few outliers among the usual ones change nothing: by median and MAD. */

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** What is usual. */
export interface Usual {
  readonly median: number;
  /** As long as a standard deviation, were the values normally distributed: 1.4826 times the median distance from the median. */
  readonly deviation: number;
}

/** Iglewicz and Hoaglin, "How to Detect and Handle Outliers" (1993): from here on a value is called unusual. */
export const UNUSUAL = 3.5;
const OF_MEDIAN = 1.4826;
const OF_MEAN = 1.2533;

export function usualOf(values: readonly number[]): Usual {
  const median = medianOf(values);
  const distances = values.map((value) => Math.abs(value - median));
  const middle = medianOf(distances);
  if (middle > 0) return { median, deviation: OF_MEDIAN * middle };
  // More than half are the same: then the mean distance says more.
  const mean = distances.reduce((sum, each) => sum + each, 0) / Math.max(1, distances.length);
  return { median, deviation: OF_MEAN * mean };
}

/**
 * How many deviations a value lies above the usual (below: negative).
 * @param least a deviation below it is of no matter to a person, and is taken for that
 */
export function distanceOf(value: number, { median, deviation }: Usual, least: number): number {
  const distance = value - median;
  return distance === 0 ? 0 : distance / Math.max(deviation, least);
}

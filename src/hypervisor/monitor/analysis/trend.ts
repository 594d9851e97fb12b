/**
 * A straight line through samples by least squares, and how sure its slope is: the interval that holds the true one in 95 of 100 cases.
 * Samples of a machine follow one another, so that many of them tell little more than few: they count as so many independent ones as the
 * residuals' likeness to their neighbours leaves (the effective sample size of a first-order autoregression).
 */

export interface Trend {
  /** By how much the values grow from one sample to the next. */
  readonly slope: number;
  /** The slope lies between these, with 95 % confidence. */
  readonly least: number;
  readonly most: number;
  /** The line at the first and at the last sample. */
  readonly first: number;
  readonly last: number;
  /** So many independent samples they are worth. */
  readonly effective: number;
}

/** With fewer a line says nothing of how sure it is. */
const FEWEST = 4;

/** Nothing where there are too few samples. */
export function trendOf(values: readonly number[]): Trend | undefined {
  const n = values.length;
  if (n < FEWEST) return undefined;
  const middle = (n - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  // Σ (t − middle)² of 0 … n − 1.
  const spread = (n * (n * n - 1)) / 12;
  const slope = values.reduce((sum, value, t) => sum + (t - middle) * (value - mean), 0) / spread;
  const residuals = values.map((value, t) => value - mean - slope * (t - middle));
  const effective = Math.max(FEWEST, n * independence(residuals));
  const variance = residuals.reduce((sum, each) => sum + each * each, 0) / (n - 2);
  // As if only the effective ones had been taken, over the same time.
  const error = Math.sqrt((variance / spread) * (n / effective));
  const reach = studentQuantile(effective - 2) * error;
  const [first, last] = [mean - slope * middle, mean + slope * middle];
  return { slope, least: slope - reach, most: slope + reach, first, last, effective };
}

/** What part of them is independent, by the correlation of neighbours. */
function independence(residuals: readonly number[]): number {
  let [own, shared] = [0, 0];
  for (const [t, residual] of residuals.entries()) {
    own += residual * residual;
    if (t > 0) shared += residual * residuals[t - 1]!;
  }
  const likeness = own === 0 ? 0 : Math.min(0.99, Math.max(0, shared / own));
  return (1 - likeness) / (1 + likeness);
}

/** Two-sided 95 % of Student's distribution, for 1 to 4 degrees of freedom. */
const OF_FEW = [12.7062, 4.3027, 3.1824, 2.7764] as const;
const Z = 1.959964;

/** The same for any: Abramowitz and Stegun 26.7.5. */
export function studentQuantile(degrees: number): number {
  const few = OF_FEW[Math.floor(degrees) - 1];
  if (degrees < 5) return few ?? OF_FEW[0];
  const [z3, z5, z7] = [Z ** 3, Z ** 5, Z ** 7];
  return (
    Z +
    (z3 + Z) / (4 * degrees) +
    (5 * z5 + 16 * z3 + 3 * Z) / (96 * degrees ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * Z) / (384 * degrees ** 3)
  );
}

/** Exponential smoothing of evenly spaced samples: each counts half as much as one that came a half-life later. */

/** The smoothed course, as long as the samples; it begins with the first of them. */
export function smoothed(values: readonly number[], halfLife: number): number[] {
  const kept = halfLife <= 0 ? 0 : 2 ** (-1 / halfLife);
  const course: number[] = [];
  let level = values[0] ?? Number.NaN;
  for (const value of values) {
    level = kept * level + (1 - kept) * value;
    course.push(level);
  }
  return course;
}

/** Where it has come to. */
export function levelOf(values: readonly number[], halfLife: number): number {
  return smoothed(values, halfLife).at(-1) ?? Number.NaN;
}

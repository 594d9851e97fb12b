/** The sum of counts by reason: asked of every vCPU at every sample, so it makes nothing. */
export function total(counts: Float64Array): number {
  let sum = 0;
  for (let n = 0; n < counts.length; n++) sum += counts[n]!;
  return sum;
}

/** Rates and bursts, as settings of stages that limit. */
import * as v from 'valibot';
import { LIMITS } from '#base/catalogue/limits';
import { TokenBucket } from '../../io/limits/token-bucket.ts';

export const BITS_PER_SECOND: v.GenericSchema<number> = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(1000),
  v.maxValue(100_000_000_000),
);
/** Bytes that may go at once after a pause; 0: as many as usual. */
export const BURST_BYTES: v.OptionalSchema<v.GenericSchema<number>, 0> = v.optional(
  v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(16 << 20)),
  0,
);

/** As much as the rate carries in so long, and two frames at least. */
const USUAL_PER_SECOND = 50;
const LEAST = 2 * LIMITS.etherFrameBytes.most;

/** Bytes that may go at once where nobody says how many. */
export function usualBurst(bitsPerSecond: number): number {
  return Math.max(LEAST, Math.floor(bitsPerSecond / 8 / USUAL_PER_SECOND));
}
/** A bucket of bits. */
export function bucketOf(bitsPerSecond: number, burstBytes: number): TokenBucket {
  return new TokenBucket(bitsPerSecond, 8 * (burstBytes > 0 ? burstBytes : usualBurst(bitsPerSecond)));
}

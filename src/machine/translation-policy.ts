/** When code is worth translating. */
export interface TranslationPolicy {
  /** Instructions that the interpreter executes between two samples. */
  readonly sampleEvery: number;
  /** Samples that make a page hot. */
  readonly hot: number;
  /** Instructions that may be translated for each sample in their page; as many as a region may have unless given. */
  readonly perSample?: number;
  /** Memory that compiled code may take, about, in bytes; 64 MiB unless given. What was made first goes first. */
  readonly cacheBytes?: number;
  /** Milliseconds of a clock of the caller's, to say how long translating took; nothing is decided by it. */
  readonly clock?: () => number;
}

/**
 * To translate an instruction takes as long as to interpret some thousands: code is translated when as much time has been spent on
 * interpreting it, so that never more than half of the time is wasted.
 */
export const USUAL_POLICY: TranslationPolicy = { sampleEvery: 4096, hot: 16, perSample: 2 };

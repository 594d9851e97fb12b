/** What a disk of a VM may do in a second: requests and bytes, each with a burst. Waiting for it is its own; others are not held up. */
import type { DiskLimits } from '#base/scenario';
import { type Declaration, declare } from '#base/state/declare';
import type { VirtualNs } from '#base/virtual-time';
import { BUCKET, type BucketState, TokenBucket } from './token-bucket.ts';

export interface LimiterState {
  readonly requests: BucketState;
  readonly bytes: BucketState;
}
export const LIMITER: Declaration<LimiterState> = declare('disk limiter', {
  requests: BUCKET,
  bytes: BUCKET,
});

export class DiskLimiter {
  readonly limits: DiskLimits;
  readonly #requests: TokenBucket;
  readonly #bytes: TokenBucket;

  constructor(limits: DiskLimits) {
    this.limits = limits;
    this.#requests = new TokenBucket(limits.iops ?? 0, limits.burstRequests ?? 0);
    this.#bytes = new TokenBucket(limits.bytesPerSecond ?? 0, limits.burstBytes ?? 0);
  }

  /** When the next request may go on. */
  readyAt(now: VirtualNs): VirtualNs {
    return Math.max(this.#requests.readyAt(now), this.#bytes.readyAt(now));
  }
  take(now: VirtualNs, bytes: number): void {
    this.#requests.take(now, 1);
    this.#bytes.take(now, bytes);
  }

  capture(): LimiterState {
    return { requests: this.#requests.capture(), bytes: this.#bytes.capture() };
  }
  restore({ requests, bytes }: LimiterState): void {
    this.#requests.restore(requests);
    this.#bytes.restore(bytes);
  }
}

/**
 * A rate that holds exactly in virtual time, with a burst above it. A bucket of tokens as one number: when the last token that was taken
 * would have come, had they come one by one. All in whole nanoseconds; what division leaves over is carried on.
 *
 *     taken ahead of time at most:  burst / rate
 *     ────────────┬───────────────────────────┬──────▶ virtual time
 *                now                      #paidUntil
 */
import { type Declaration, declare } from '#base/state/declare';
import { integer } from '#base/state/types';
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';

export interface BucketState {
  readonly paidUntil: VirtualNs;
  readonly rest: number;
}
export const BUCKET: Declaration<BucketState> = declare('token bucket', {
  paidUntil: integer,
  rest: integer,
});

export class TokenBucket {
  /** Tokens in a second; 0: without a limit. */
  readonly rate: number;
  /** How far ahead may be paid. */
  readonly #aheadNs: VirtualNs;
  #paidUntil: VirtualNs = 0;
  /** In parts of a nanosecond: `rate` of them are one. */
  #rest = 0;

  constructor(rate: number, burst: number) {
    this.rate = rate;
    this.#aheadNs = rate === 0 ? 0 : Math.floor((burst * NS_PER_S) / rate);
  }

  /** When the next tokens may be taken, however many. */
  readyAt(now: VirtualNs): VirtualNs {
    return this.rate === 0 ? now : Math.max(now, this.#paidUntil - this.#aheadNs);
  }

  take(now: VirtualNs, tokens: number): void {
    if (this.rate === 0) return;
    const parts = tokens * NS_PER_S + this.#rest;
    const ns = Math.floor(parts / this.rate);
    this.#rest = parts - ns * this.rate;
    this.#paidUntil = Math.max(this.#paidUntil, now) + ns;
  }

  capture(): BucketState {
    return { paidUntil: this.#paidUntil, rest: this.#rest };
  }
  restore({ paidUntil, rest }: BucketState): void {
    this.#paidUntil = paidUntil;
    this.#rest = rest;
  }
}

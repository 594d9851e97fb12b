/**
 * How long frames waited for the wire of a port, by spans of virtual time: what a person is shown. No state holds it, and nothing that happens
 * depends on it; a restored port begins anew.
 */
import { NS_PER_MS, type VirtualNs } from '#base/virtual-time';

/** How long a span is, and how many are kept. */
export const DELAY_SPAN_NS: VirtualNs = 250 * NS_PER_MS;
const MOST_SPANS = 64;
/** Eight steps for each doubling: a delay is told within 7 %. */
const STEP_BITS = 3;
const STEPS = 1 << STEP_BITS;
const LONGEST = 2 ** 31 - 1;

/** One span: frames that began to leave in it, and what half of them, and 99 %, had waited at most. */
export interface DelaySpan {
  readonly from: VirtualNs;
  readonly frames: number;
  readonly bytes: number;
  readonly medianNs: VirtualNs;
  readonly p99Ns: VirtualNs;
  readonly mostNs: VirtualNs;
}

/** The step that a delay falls into: the position of its first bit, and the next three. */
function stepOf(ns: number): number {
  if (ns < STEPS) return ns;
  const shift = 31 - Math.clz32(ns) - STEP_BITS;
  return (shift + 1) * STEPS + ((ns >>> shift) & (STEPS - 1));
}
/** The least delay of a step. */
function delayOf(step: number): VirtualNs {
  return step < STEPS ? step : (STEPS + (step % STEPS)) * 2 ** (Math.floor(step / STEPS) - 1);
}

export class DelayHistory {
  readonly #steps = new Uint32Array(stepOf(LONGEST) + 1);
  readonly #spans: DelaySpan[] = [];
  #from: VirtualNs = 0;
  #frames = 0;
  #bytes = 0;
  #mostNs = 0;

  /** A frame begins to leave that has waited for so long. */
  note(now: VirtualNs, waitedNs: VirtualNs, bytes: number): void {
    this.#goTo(now);
    const step = stepOf(Math.min(LONGEST, Math.max(0, waitedNs)));
    this.#steps[step] = this.#steps[step]! + 1;
    this.#frames += 1;
    this.#bytes += bytes;
    if (waitedNs > this.#mostNs) this.#mostNs = waitedNs;
  }

  /** The spans up to now, the oldest first; those in which nothing left say so. The last is not over yet. */
  spans(now: VirtualNs): readonly DelaySpan[] {
    this.#goTo(now);
    return [...this.#spans, this.#current()];
  }

  #goTo(now: VirtualNs): void {
    const from = now - (now % DELAY_SPAN_NS);
    if (from <= this.#from) return;
    for (let at = Math.max(this.#from, from - MOST_SPANS * DELAY_SPAN_NS); at < from; at += DELAY_SPAN_NS) {
      this.#spans.push(this.#current(at));
      this.#empty();
    }
    this.#spans.splice(0, this.#spans.length - (MOST_SPANS - 1));
    this.#from = from;
  }
  #current(from = this.#from): DelaySpan {
    const [frames, bytes, mostNs] = [this.#frames, this.#bytes, this.#mostNs];
    return { from, frames, bytes, medianNs: this.#most(0.5), p99Ns: this.#most(0.99), mostNs };
  }
  #empty(): void {
    if (this.#frames === 0) return;
    this.#steps.fill(0);
    this.#frames = 0;
    this.#bytes = 0;
    this.#mostNs = 0;
  }
  /** What so large a part of the frames has waited at most. */
  #most(part: number): VirtualNs {
    let left = Math.ceil(part * this.#frames);
    if (left === 0) return 0;
    for (const [step, count] of this.#steps.entries()) {
      left -= count;
      if (left <= 0) return Math.min(delayOf(step), this.#mostNs);
    }
    return this.#mostNs;
  }
}

/** What was seen of one direction of a stream at one place, as far as later segments are judged by it. Bounded. */
import type { VirtualNs } from '../../virtual-time.ts';
import { distance } from './segment.ts';

/** A segment that is not known to be acknowledged. */
export interface Unacknowledged {
  readonly seq: number;
  /** What comes after it. */
  readonly next: number;
  readonly frame: number;
  readonly at: VirtualNs;
}
/** Of one direction; the oldest go. */
const MOST_UNACKNOWLEDGED = 1024;

export class Direction {
  /** The number that relative ones count from. */
  base: number | undefined;
  /** What comes after all that was seen, which packet went furthest, and when. */
  next: number | undefined;
  nextAt: VirtualNs = 0;
  /** Up to here all was seen. */
  whole: number | undefined;
  /** As the last segment said, before it is shifted. */
  window: number | undefined;
  /** The window of its opening says how many bits; nothing where that was not seen. */
  shift: number | 'none' | undefined;
  /** The last number that it has acknowledged, when, and which packet was the first to say so. */
  ack: number | undefined;
  ackAt: VirtualNs = 0;
  ackFrame = 0;
  duplicates = 0;
  /** More was acknowledged than was seen of it, and that was said. */
  isUnheard = false;
  /** Bytes beyond a gap that its last segment says have come. */
  selective = 0;
  /** Some of what it has sent was not seen: how much is under way cannot be told. */
  hasGap = false;
  /** What its last segment was. */
  last: 'keep-alive' | 'probe' | undefined;
  #unacknowledged: Unacknowledged[] = [];

  get unacknowledged(): readonly Unacknowledged[] {
    return this.#unacknowledged;
  }
  sent(segment: Unacknowledged): void {
    this.#unacknowledged.push(segment);
    if (this.#unacknowledged.length > MOST_UNACKNOWLEDGED) this.#unacknowledged.shift();
  }
  /** The other end has all before a number: the last segment that this completes. */
  acknowledged(ack: number): Unacknowledged | undefined {
    if (this.#unacknowledged.length === 0) return undefined;
    const found = this.#unacknowledged.find(({ next }) => next === ack);
    this.#unacknowledged = this.#unacknowledged
      .filter(({ next }) => distance(ack, next) > 0)
      .map((each) => (distance(ack, each.seq) < 0 ? { ...each, seq: ack } : each));
    return found;
  }

  /** The window in bytes, if it was seen how it counts. */
  get windowBytes(): number | undefined {
    if (this.window === undefined) return undefined;
    return typeof this.shift === 'number' ? this.window * 2 ** this.shift : this.window;
  }
}

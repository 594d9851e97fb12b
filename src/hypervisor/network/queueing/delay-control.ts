/**
 * The control law of CoDel (RFC 8289, section 5): frames may wait longer than the target, but not for a whole interval without end. Then one
 * is dropped, and the next after interval/√1, interval/√2, …, until they wait less. Whole virtual nanoseconds throughout.
 */
import { LIMITS } from '#base/catalogue/limits';
import type { VirtualNs } from '#base/virtual-time';
import type { DisciplineEvents, DisciplineSettings } from './discipline.ts';
import type { DelayState, Flow, WaitingFrame } from './flow.ts';
import { markedCongested } from './packet-header.ts';

/** 1/√count in parts of 2^16: whole numbers, so that all machines agree. */
const ONE = 0x1_0000;
const TABLE_SIZE = 1024;
const INVERSE_ROOTS = Uint32Array.from({ length: TABLE_SIZE }, (_, count) => inverseRoot(Math.max(1, count)));

/** The largest whole number whose square is at most 2^32 / count (by halves). */
function inverseRoot(count: number): number {
  let [low, high] = [0, ONE];
  const most = Math.floor((ONE * ONE) / count);
  while (low < high) {
    const middle = Math.floor((low + high + 1) / 2);
    if (middle * middle <= most) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** When the next frame is dropped, after `count` of them. */
export function nextDropAt(at: VirtualNs, intervalNs: VirtualNs, count: number): VirtualNs {
  const root = INVERSE_ROOTS[count] ?? inverseRoot(count);
  return at + Math.max(1, Math.floor((intervalNs * root) / ONE));
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class DelayControl {
  readonly #targetNs: VirtualNs;
  readonly #intervalNs: VirtualNs;
  readonly #ecn: boolean;
  readonly #events: DisciplineEvents;

  constructor(settings: DisciplineSettings, events: DisciplineEvents) {
    const { targetNs, intervalNs, ecn } = settings;
    this.#targetNs = targetNs;
    this.#intervalNs = intervalNs;
    this.#ecn = ecn;
    this.#events = events;
  }

  /** The next frame of a queue that shall go on. Each turn of its loop takes a frame out. */
  take(flow: Flow, now: VirtualNs): WaitingFrame | undefined {
    const delay: Mutable<DelayState> = { ...flow.delay };
    let frame = flow.first();
    let isLate = this.#isLate(delay, frame, flow.bytes, now);
    if (delay.isDropping) {
      if (!isLate) delay.isDropping = false;
      while (delay.isDropping && frame !== undefined && now >= delay.dropNextAt) {
        delay.count += 1;
        const marked = this.#endOrMark(frame);
        if (marked !== undefined) {
          frame = marked;
          delay.dropNextAt = nextDropAt(delay.dropNextAt, this.#intervalNs, delay.count);
          break;
        }
        frame = flow.first();
        isLate = this.#isLate(delay, frame, flow.bytes, now);
        if (isLate) delay.dropNextAt = nextDropAt(delay.dropNextAt, this.#intervalNs, delay.count);
        else delay.isDropping = false;
      }
    } else if (isLate && frame !== undefined) {
      const marked = this.#endOrMark(frame);
      if (marked === undefined) {
        frame = flow.first();
        this.#isLate(delay, frame, flow.bytes, now);
      } else frame = marked;
      this.#beginDropping(delay, now);
    }
    flow.delay = delay;
    return frame;
  }

  /** Where dropping has ended not long ago, it goes on about as often as it did. */
  #beginDropping(delay: Mutable<DelayState>, now: VirtualNs): void {
    delay.isDropping = true;
    const before = delay.count - delay.lastCount;
    delay.count = before > 1 && now - delay.dropNextAt < 16 * this.#intervalNs ? before : 1;
    delay.dropNextAt = nextDropAt(now, this.#intervalNs, delay.count);
    delay.lastCount = delay.count;
  }

  /** True when frames have waited for longer than the target for an interval. */
  #isLate(
    delay: Mutable<DelayState>,
    frame: WaitingFrame | undefined,
    bytesLeft: number,
    now: VirtualNs,
  ): boolean {
    const isShort = frame === undefined || now - frame.since < this.#targetNs;
    if (isShort || bytesLeft <= LIMITS.etherFrameBytes.most) {
      delay.firstAboveAt = 0;
      return false;
    }
    if (delay.firstAboveAt === 0) {
      delay.firstAboveAt = now + this.#intervalNs;
      return false;
    }
    return now >= delay.firstAboveAt;
  }

  /** The frame, marked; `undefined` when it is lost. */
  #endOrMark(frame: WaitingFrame): WaitingFrame | undefined {
    const bytes = this.#ecn ? markedCongested(frame.bytes) : undefined;
    if (bytes === undefined) {
      this.#events.lost(frame, 'late');
      return undefined;
    }
    this.#events.marked();
    return { ...frame, bytes };
  }
}

/**
 * WSClock (Carr and Hennessy 1981): a clock that knows of each page when it was last seen accessed. Pages seen within the window are
 * the working set. The hand takes the first page outside of it that has not been written, since it need not be written out; else
 * one outside of it; else that which was seen longest ago. It passes only so many pages for one: where all are in use, the best of
 * those is as good as any.
 */
import * as v from 'valibot';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { integers, type Type, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { defineKind } from '#machine/kind';
import { MAX_RAM_SIZE } from '#machine/layout';
import { NotedRing } from './noted-ring.ts';
import { PAGE_RING } from './page-ring.ts';
import { type AccessBits, NO_PAGE, type PolicyKind, type ReplacementPolicy } from './policy.ts';

interface WsClockState {
  /** From the hand on. */
  readonly pages: Uint32Array;
  /** By position in that order: when each was last seen accessed. */
  readonly seen: Float64Array;
}
const TIMES: Type<Float64Array> = integers(upTo(MAX_RAM_SIZE / 1024));
const STATE: Declaration<WsClockState> = declare('wsclock replacement', { pages: PAGE_RING, seen: TIMES });

const USUAL_WINDOW_NS = 200_000_000;
const LONGEST_WINDOW_NS = 60_000_000_000;
/** Pages that the hand passes at most in search of one. */
const MOST_PASSED = 64;

class WsClock implements ReplacementPolicy {
  readonly #windowNs: VirtualNs;
  /** The hand points at the first. Of each is noted when it was last seen accessed. */
  readonly #ring: NotedRing<Float64Array> = new NotedRing(new Float64Array(0));

  constructor(windowNs: VirtualNs) {
    this.#windowNs = windowNs;
  }

  get size(): number {
    return this.#ring.size;
  }
  added(page: number, now: VirtualNs): void {
    this.#ring.add(page);
    this.#ring.note(page, now);
  }
  removed(page: number): void {
    this.#ring.remove(page);
  }
  has(page: number): boolean {
    return this.#ring.has(page);
  }
  tick(): number {
    return 0;
  }

  victim(now: VirtualNs, bits: AccessBits): number {
    const ring = this.#ring;
    let dirty = NO_PAGE;
    let oldest = NO_PAGE;
    for (let left = Math.min(ring.size, MOST_PASSED); left > 0; left--) {
      const page = ring.first;
      if (bits.canGo(page)) {
        if (bits.takeAccessed(page)) ring.notes[page] = now;
        const seen = ring.notes[page]!;
        if (now - seen > this.#windowNs) {
          if (!bits.isDirty(page)) return page;
          if (dirty === NO_PAGE) dirty = page;
        }
        if (oldest === NO_PAGE || seen < ring.notes[oldest]!) oldest = page;
      }
      ring.turn();
    }
    return dirty === NO_PAGE ? oldest : dirty;
  }

  capture(): PartState {
    const pages = this.#ring.toArray();
    return partState(STATE, { pages, seen: this.#ring.notesOf(pages) });
  }
  restore(state: PartState): void {
    const { pages, seen } = stateIn(STATE, state);
    this.#ring.fillWith(pages, seen);
  }
}

export const WSCLOCK: PolicyKind = defineKind({
  id: 'wsclock',
  settings: {
    /** How long a page belongs to the working set after it was seen accessed. */
    windowNs: v.optional(
      v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LONGEST_WINDOW_NS)),
      USUAL_WINDOW_NS,
    ),
  },
  state: STATE,
  create: ({ windowNs }) => new WsClock(windowNs),
});

/** Which stretch of virtual time a timeline shows, and how it is zoomed and moved. */
import type { Stretch } from '../../../../parts/chart/stretch.ts';

export interface TimeWindow {
  readonly spanNs: number;
  /** Where it ends; absent: it goes with the time. */
  readonly endNs?: number;
}

/** From single exits to what harts remember. */
export const SPAN_NS = { least: 20_000, most: 100e9 } as const;
/** By so much a step of zooming shows less, or more. */
export const ZOOM = 2;
/** Up to here single exits are shown. */
export const EXITS_SPAN_NS = 5e6;

/** The stretch that it is now, in whole nanoseconds. */
export function stretchOf({ spanNs, endNs }: TimeWindow, nowNs: number): Stretch {
  const toNs = Math.max(1, Math.round(Math.min(endNs ?? nowNs, nowNs)));
  return { fromNs: Math.max(0, Math.round(toNs - spanNs)), toNs };
}

/**
 * Shows more or less.
 * @param factor of the span
 * @param at of the window, the place that stays where it is: 0 at the left, 1 at the right
 */
export function zoomed(window: TimeWindow, nowNs: number, factor: number, at = 1): TimeWindow {
  const spanNs = Math.min(SPAN_NS.most, Math.max(SPAN_NS.least, window.spanNs * factor));
  if (at >= 1) return { ...window, spanNs };
  const { toNs } = stretchOf(window, nowNs);
  return within(spanNs, toNs - window.spanNs * (1 - at) + spanNs * (1 - at), nowNs);
}

/** Moves by a part of the span: to the left where that is negative. */
export function panned(window: TimeWindow, nowNs: number, part: number): TimeWindow {
  return within(window.spanNs, stretchOf(window, nowNs).toNs + part * window.spanNs, nowNs);
}

/** Moves so that an instant lies in it. */
export function showing(window: TimeWindow, nowNs: number, atNs: number): TimeWindow {
  const { fromNs, toNs } = stretchOf(window, nowNs);
  if (atNs >= fromNs && atNs <= toNs) return window;
  return within(window.spanNs, atNs + window.spanNs / 2, nowNs);
}

function within(spanNs: number, endNs: number, nowNs: number): TimeWindow {
  return endNs >= nowNs ? { spanNs } : { spanNs, endNs: Math.max(spanNs, endNs) };
}

const STEPS = [1, 2, 5] as const;

/** Round instants in a stretch, at most `most`, and how many digits of a second tell them apart. */
export function ticksOf({ fromNs, toNs }: Stretch, most: number): { readonly at: number[]; digits: number } {
  const least = (toNs - fromNs) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  const step = (STEPS.find((each) => each * power >= least) ?? 10) * power;
  const first = Math.ceil(fromNs / step);
  const count = Math.max(0, Math.floor(toNs / step) - first + 1);
  return {
    at: Array.from({ length: count }, (_, n) => (first + n) * step),
    digits: Math.max(0, Math.min(9, 9 - Math.floor(Math.log10(step)))),
  };
}

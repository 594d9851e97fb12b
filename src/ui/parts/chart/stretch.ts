/** Stretches of virtual time: what the charts show, and what is exported of them. */
import { RESOLUTIONS } from '#base/views';
import type { ChartRange } from '../../state/choices.ts';
import type { SampleSource } from './curves.ts';

export interface Stretch {
  readonly fromNs: number;
  readonly toNs: number;
}

/** The stretch in virtual nanoseconds. */
export function rangeAt(range: ChartRange, nowNs: number): Stretch {
  if (range.kind === 'part') return { fromNs: range.fromNs, toNs: range.toNs };
  return { fromNs: range.seconds === 0 ? 0 : Math.max(0, nowNs - range.seconds * 1e9), toNs: nowNs };
}

/** The stretch of which there are samples now. */
export function sampledStretch(range: ChartRange, view: Pick<SampleSource, 'time'>): Stretch {
  return rangeAt(range, view.time('fineSamples') * RESOLUTIONS.fine.periodNs);
}

/** Seconds as a person types them, as `61.5` or `1:01.5`. */
function secondsIn(text: string): number | undefined {
  const parts = /^(?:(\d{1,6}):)?(\d{1,9}(?:[.,]\d{1,9})?)$/.exec(text.trim());
  if (parts === null) return undefined;
  return Number(parts[1] ?? 0) * 60 + Number((parts[2] ?? '').replace(',', '.'));
}

/** The stretch between two times that a person typed; undefined where they are none, or the end is not behind the beginning. */
export function stretchOf(from: string, to: string): (ChartRange & { readonly kind: 'part' }) | undefined {
  const [start, end] = [secondsIn(from), secondsIn(to)];
  if (start === undefined || end === undefined || end <= start) return undefined;
  return { kind: 'part', fromNs: Math.round(start * 1e9), toNs: Math.round(end * 1e9) };
}

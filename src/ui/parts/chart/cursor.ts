/** The one moment that a person points at; every chart of the page marks it, one of them says what was then. */
import { create } from 'zustand';

interface Cursor {
  /** Null: nothing is pointed at. */
  readonly atNs: number | null;
  /** The chart that it is pointed at in. */
  readonly chart: string;
}

export const useCursor = create<Cursor>()(() => ({ atNs: null, chart: '' }));

export function pointAt(chart: string, atNs: number): void {
  useCursor.setState({ atNs, chart });
}

/** Nothing is pointed at any more, unless it is in another chart. */
export function pointNowhere(chart: string): void {
  if (useCursor.getState().chart === chart) useCursor.setState({ atNs: null });
}

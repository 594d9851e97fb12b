/** Keeps the maps of the last minutes while somebody looks, and which of them is shown. */
import { useRef, useState } from 'react';
import type { ViewReader } from '#base/views';
import { useFrames, useShown } from '../../../kit/frame-clock.ts';
import { MapHistory, type PastFrames } from './map-history.ts';

/** Virtual time between two moments that are kept, at least. */
const LEAST_NS = 500_000_000;

export interface ShownMoment {
  /** Moments that are kept, the bytes that they take, and the time of the first. */
  readonly count: number;
  readonly bytes: number;
  readonly sinceNs: number;
  /** The one that is shown; null: what is now. */
  readonly at: number | null;
  readonly atNs: number;
  readonly past: PastFrames | null;
  show(moment: number | null): void;
}

/** @param known what else is known of the frames now, while the map tells it */
export function useMapHistory(view: ViewReader, known: Pick<PastFrames, 'marks' | 'ages'>): ShownMoment {
  const history = useRef(new MapHistory());
  const kept = useRef({ view, generation: -1, atNs: 0, marks: known.marks });
  const [shown, setShown] = useState<{ readonly atNs: number; readonly past: PastFrames } | null>(null);
  useFrames(2, () => {
    if (kept.current.view !== view) {
      history.current = new MapHistory();
      kept.current = { view, generation: -1, atNs: 0, marks: undefined };
      setShown(null);
    }
    // What is looked at stays where it is: nothing is dropped meanwhile.
    if (shown !== null) return;
    const [generation, atNs] = [view.framesGeneration(), view.time('virtualNs')];
    const { current: last } = kept;
    if (generation === last.generation && known.marks === last.marks) return;
    if (last.generation >= 0 && atNs >= last.atNs && atNs < last.atNs + LEAST_NS) return;
    history.current.keep(atNs, { owners: view.owners, states: view.states, ...known });
    kept.current = { view, generation, atNs, marks: known.marks };
  });
  const { count, bytes, sinceNs } = useShown(2, () => ({
    count: history.current.count,
    bytes: history.current.bytes,
    sinceNs: history.current.atNs(0),
  }));
  const momentAt = (atNs: number): number => {
    for (let moment = 0; moment < count; moment++) if (history.current.atNs(moment) === atNs) return moment;
    return -1;
  };
  return {
    ...{ count, bytes, sinceNs, at: shown === null ? null : momentAt(shown.atNs) },
    ...{ atNs: shown?.atNs ?? 0, past: shown?.past ?? null },
    show(moment) {
      setShown(
        moment === null || moment >= count
          ? null
          : {
              atNs: history.current.atNs(moment),
              past: history.current.frames(moment, view.layout.frames),
            },
      );
    },
  };
}

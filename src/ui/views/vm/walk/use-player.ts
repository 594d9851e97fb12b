/** Playing through a number of places, one after another, by itself or by hand. */
import { useEffect, useState } from 'react';

const STEP_MS = 900;

export interface Player {
  /** The place that is reached; null: all is shown, and follows the machine. */
  readonly at: number | null;
  readonly playing: boolean;
  /** From the beginning, or on from where it was paused. */
  play(): void;
  pause(): void;
  goTo(place: number): void;
  /** By one place, forwards or backwards. */
  step(by: 1 | -1): void;
  /** Shows all again. */
  leave(): void;
}

/**
 * @param count of places
 * @param what is played: another one is shown whole first
 */
export function usePlayer(count: number, what: string): Player {
  const [state, setState] = useState<{ readonly at: number | null; readonly playing: boolean }>({
    at: null,
    playing: false,
  });
  const last = count - 1;
  const within = (place: number): number => Math.max(0, Math.min(last, place));
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is played is why it begins anew
  useEffect(() => setState({ at: null, playing: false }), [what]);
  useEffect(() => {
    if (!state.playing) return;
    const timer = setInterval(
      () =>
        setState(({ at }) => {
          const next = Math.min(last, (at ?? -1) + 1);
          return { at: next, playing: next < last };
        }),
      STEP_MS,
    );
    return () => clearInterval(timer);
  }, [state.playing, last]);
  return {
    ...state,
    play: () => setState(({ at }) => ({ at: at === null || at === last ? 0 : at, playing: last > 0 })),
    pause: () => setState(({ at }) => ({ at, playing: false })),
    goTo: (place) => setState({ at: within(place), playing: false }),
    step: (by) =>
      setState(({ at }) => ({ at: within(at === null ? (by > 0 ? 0 : last) : at + by), playing: false })),
    leave: () => setState({ at: null, playing: false }),
  };
}

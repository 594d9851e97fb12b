/** Media queries as values: colour scheme, size, motion. */
import { useSyncExternalStore } from 'react';

/** A phone, or a window as narrow as one: as in the styles. */
export const NARROW = '(max-width: 760px)';

/** True while the query matches. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => matchMedia(query).matches,
  );
}

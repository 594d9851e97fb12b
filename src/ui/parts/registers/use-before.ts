/** The answer before the one that is shown: what has changed between them stands out. */
import { useRef } from 'react';
import type { Answer } from '../lab.tsx';

/** @param of what the answers are about; of something else there is none before */
export function useBefore<T>({ at, value }: Answer<T>, of: string): T | null {
  const known = useRef<{ of: string; at: number; before: T | null; last: T | null }>({
    ...{ of, at: -1, before: null, last: null },
  });
  if (known.current.of !== of) known.current = { of, at: -1, before: null, last: null };
  const { current } = known;
  if (value !== null && value !== current.last) known.current = { of, at, before: current.last, last: value };
  return known.current.before;
}

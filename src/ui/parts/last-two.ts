/** The last two answers that say something else: what happened between them, and how fast. */
import { useRef } from 'react';
import type { Answer } from './lab.tsx';

export interface LastTwo<T> {
  readonly now: T;
  readonly before: T;
  /** Virtual time between them. */
  readonly ns: number;
}

/** Nothing before there are two. */
export function useLastTwo<T>({ value, at }: Pick<Answer<T>, 'value' | 'at'>): LastTwo<T> | null {
  const known = useRef<{ readonly value: T; readonly at: number }[]>([]);
  const { current } = known;
  if (value !== null && current.at(-1)?.value !== value)
    known.current = [...current.slice(-1), { value, at }];
  const [before, now] = known.current;
  if (before === undefined || now === undefined || now.at <= before.at) return null;
  return { now: now.value, before: before.value, ns: now.at - before.at };
}

/** The same object for as long as a value says the same: what is given it need not be rendered anew. */
import { useRef } from 'react';
import { isSameData } from './same-data.ts';

export function useSame<T>(value: T): T {
  const last = useRef(value);
  if (!isSameData(last.current, value)) last.current = value;
  return last.current;
}

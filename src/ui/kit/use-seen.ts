/** Whether an element is on the screen: what is not seen needs no drawing and no asking. */
import { type RefObject, useEffect, useRef } from 'react';

/** Calls back when an element comes onto the screen or leaves it, and at first; returns the end of it. */
export function onSeen(element: HTMLElement | null, callback: (isSeen: boolean) => void): () => void {
  if (element === null) return () => undefined;
  const observer = new IntersectionObserver((entries) => callback(entries.at(-1)?.isIntersecting ?? true));
  observer.observe(element);
  return () => observer.disconnect();
}

/** True while the element is on the screen, and before that is known. */
export function useSeen(element: RefObject<HTMLElement | null>): RefObject<boolean> {
  const seen = useRef(true);
  useEffect(
    () =>
      onSeen(element.current, (isSeen) => {
        seen.current = isSeen;
      }),
    [element],
  );
  return seen;
}

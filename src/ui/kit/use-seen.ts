/** Whether an element is on the screen: what is not seen needs no drawing and no asking. */
import { type RefObject, useEffect, useRef } from 'react';

/** True while the element is on the screen, and before that is known. */
export function useSeen(element: RefObject<HTMLElement | null>): RefObject<boolean> {
  const seen = useRef(true);
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new IntersectionObserver((entries) => {
      seen.current = entries.at(-1)?.isIntersecting ?? true;
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return seen;
}

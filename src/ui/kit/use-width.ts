/** How wide an element is, for whoever draws into it. */
import { type RefObject, useEffect, useRef, useState } from 'react';

/** An element's place, and its width as it changes; 0 until it is there. */
export function useWidth<E extends HTMLElement>(): readonly [place: RefObject<E | null>, width: number] {
  const place = useRef<E>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [place, width];
}

/** What scrolls sideways says so: where there is more, its edge fades (`scroll-hint.module.css`). */
import { type RefObject, useEffect, useRef } from 'react';

/** For an element that scrolls sideways: it is told by attributes on which sides there is more. */
export function useScrollHint<E extends HTMLElement>(): RefObject<E | null> {
  const place = useRef<E>(null);
  useScrollHintOf(place);
  return place;
}

/** The same for an element that its component has a hold of already. */
export function useScrollHintOf(place: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const tell = (): void => {
      const { scrollLeft, clientWidth, scrollWidth } = element;
      element.toggleAttribute('data-more-before', scrollLeft > 1);
      element.toggleAttribute('data-more-after', scrollLeft + clientWidth < scrollWidth - 1);
    };
    tell();
    element.addEventListener('scroll', tell, { passive: true });
    const sizes = new ResizeObserver(tell);
    sizes.observe(element);
    for (const child of element.children) sizes.observe(child);
    return () => {
      element.removeEventListener('scroll', tell);
      sizes.disconnect();
    };
  });
}

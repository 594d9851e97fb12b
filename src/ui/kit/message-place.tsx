/**
 * Where messages are shown: in the dialog that is open last, else in the page. Each place is a part of the flow around it, so that
 * what is said there lies over nothing.
 */
import { type ReactNode, useEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { create } from 'zustand';

const useOpenPlaces = create<{ readonly places: readonly HTMLElement[] }>()(() => ({ places: [] }));

/** A place in a dialog: it has all messages while it is there. */
export function MessagePlace() {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const place = element.current;
    if (place === null) return;
    useOpenPlaces.setState(({ places }) => ({ places: [...places, place] }));
    return () =>
      useOpenPlaces.setState(({ places }) => ({ places: places.filter((each) => each !== place) }));
  }, []);
  return <div ref={element} />;
}

/** Shows messages where they belong now. */
export function AtMessagePlace({ children }: { readonly children: ReactNode }) {
  const place = useOpenPlaces(({ places }) => places.at(-1));
  return place === undefined ? children : createPortal(children, place);
}

/** Where messages are shown that come while a dialog is open: in it, as a part of its flow, so that what is said lies over nothing. */
import { useEffect, useRef } from 'react';
import { create } from 'zustand';

const useOpenPlaces = create<{ readonly places: readonly HTMLElement[] }>()(() => ({ places: [] }));

/** A place in a dialog. */
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

/** The place in the dialog that is open last. */
export function useMessagePlace(): HTMLElement | undefined {
  return useOpenPlaces(({ places }) => places.at(-1));
}

/** Which rows of a long table are on the screen, where all rows have one height and the head stays. */
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';

export interface RowWindow {
  /** The element that scrolls. */
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly from: number;
  /** The first that is not there. */
  readonly to: number;
  /** Rows of a screenful, less the two that one wants to see again. */
  page(): number;
  /** What is on the screen may have changed. */
  look(): void;
  /** Brings a row onto the screen: to its edge where it was near, else into its middle. */
  bring(index: number, isNear: boolean): void;
}

export function useRowWindow(count: number, height: number): RowWindow {
  const scroller = useRef<HTMLDivElement>(null);
  const [range, setRange] = useState({ from: 0, to: 60 });
  const look = (): void => {
    const element = scroller.current;
    if (element === null) return;
    const next = visibleRows(element.scrollTop, element.clientHeight, height, count);
    setRange((last) => (last.from === next.from && last.to === next.to ? last : next));
  };
  const latestLook = useRef(look);
  latestLook.current = look;
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => latestLook.current());
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows, another look
  useLayoutEffect(() => latestLook.current(), [count, height]);

  const bring = (index: number, isNear: boolean): void => {
    const element = scroller.current;
    if (element === null || index < 0) return;
    const head = element.querySelector('thead')?.clientHeight ?? 0;
    const room = element.clientHeight - head;
    const top = index * height;
    const isAbove = top < element.scrollTop;
    const isBelow = top + height > element.scrollTop + room;
    if (!isAbove && !isBelow) return;
    if (isNear) element.scrollTop = isAbove ? top : top + height - room;
    else element.scrollTop = Math.max(0, top - room / 3);
    look();
  };
  const page = (): number => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / height) - 2);
  return { scroller, from: range.from, to: Math.min(range.to, count), page, look, bring };
}

/** Rows that are on the screen, and some around them. */
export function visibleRows(
  top: number,
  height: number,
  rowHeight: number,
  count: number,
): { readonly from: number; readonly to: number } {
  const margin = 12;
  const from = Math.max(0, Math.floor(top / rowHeight) - margin);
  return { from, to: Math.min(count, Math.ceil((top + height) / rowHeight) + margin) };
}

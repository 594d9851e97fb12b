/** What of the map is seen: changed by wheel, fingers and buttons; the window stays on the map. */
import { type RefObject, useEffect, useRef, useState } from 'react';
import {
  bringing,
  cellBeside,
  clamped,
  type MapGeometry,
  type Point,
  placeOf,
  type Size,
  type Viewport,
  zoomed,
} from '../../../parts/frame-map/frame-map.ts';

export interface MapView {
  readonly view: Viewport;
  /** Larger or smaller; what lies at a point stays there: by itself the frame that is chosen, or what lies in the middle. */
  zoom(steps: 1 | -1, at?: Point): void;
  zoomTo(cell: number, at: Point): void;
  fit(): void;
  pan(dx: number, dy: number): void;
  bring(frame: number): void;
}

export function useMapView(geometry: MapGeometry, window: Size, cursor: number | undefined): MapView {
  const all: Viewport = { cell: geometry.fit, x: 0, y: 0 };
  const [chosen, setChosen] = useState<Viewport | null>(null);
  const isAll = chosen === null || chosen.cell <= geometry.fit;
  const view = isAll ? all : clamped(chosen, geometry, window);
  const latest = useRef(view);
  latest.current = view;
  const set = (next: Viewport): void => {
    latest.current = clamped(next, geometry, window);
    setChosen(latest.current);
  };
  return {
    view,
    zoom(steps, at) {
      const isCursor = at === undefined && cursor !== undefined;
      const from = isCursor ? bringing(latest.current, geometry, window, cursor) : latest.current;
      const middle = { x: window.width / 2, y: window.height / 2 };
      const point = isCursor ? placeOf(geometry, from, cursor) : (at ?? middle);
      set(zoomed(from, cellBeside(from.cell, geometry.fit, steps), point));
    },
    zoomTo: (cell, at) => set(zoomed(latest.current, cell, at)),
    fit: () => setChosen(null),
    pan: (dx, dy) => set({ ...latest.current, x: latest.current.x - dx, y: latest.current.y - dy }),
    bring(frame) {
      const next = bringing(latest.current, geometry, window, frame);
      if (next !== latest.current) set(next);
    },
  };
}

/** The wheel makes frames larger or smaller where the map has been chosen, or with Ctrl; else it scrolls the page. */
export function useWheel(
  element: RefObject<HTMLElement | null>,
  onZoom: (steps: 1 | -1, at: Point) => void,
): void {
  const latest = useRef(onZoom);
  latest.current = onZoom;
  useEffect(() => {
    const { current } = element;
    if (current === null) return;
    const turn = (event: WheelEvent): void => {
      if (event.deltaY === 0 || (!event.ctrlKey && document.activeElement !== current)) return;
      event.preventDefault();
      const { left, top } = current.getBoundingClientRect();
      latest.current(event.deltaY < 0 ? 1 : -1, { x: event.clientX - left, y: event.clientY - top });
    };
    current.addEventListener('wheel', turn, { passive: false });
    return () => current.removeEventListener('wheel', turn);
  }, [element]);
}

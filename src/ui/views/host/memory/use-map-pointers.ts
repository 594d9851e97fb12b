/** Fingers and mouse on the map: one that moves drags it, two make it larger or smaller, one that only touches chooses a frame. */
import { type PointerEvent, useRef } from 'react';
import { LARGEST_CELL } from '../../../parts/frame-map/frame-map.ts';
import type { MapView } from './use-map-view.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** What moves less than this, in pixels, stays where it is. */
const STILL = 4;

export interface MapPointers {
  onPointerDown(event: PointerEvent<HTMLElement>): void;
  onPointerMove(event: PointerEvent<HTMLElement>): void;
  onPointerUp(event: PointerEvent<HTMLElement>): void;
  onPointerCancel(event: PointerEvent<HTMLElement>): void;
}

export function useMapPointers(map: MapView, fit: number, onPick: (at: Point) => void): MapPointers {
  const down = useRef(new Map<number, Point>());
  const start = useRef<Point | null>(null);
  const pinch = useRef<{ readonly distance: number; readonly cell: number } | null>(null);
  const at = (event: PointerEvent<HTMLElement>): Point => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const between = (): { readonly distance: number; readonly middle: Point } | undefined => {
    const [a, b] = [...down.current.values()];
    if (a === undefined || b === undefined) return undefined;
    return {
      distance: Math.max(1, Math.hypot(a.x - b.x, a.y - b.y)),
      middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 },
    };
  };
  const end = (event: PointerEvent<HTMLElement>): void => {
    down.current.delete(event.pointerId);
    pinch.current = null;
  };
  return {
    onPointerDown(event) {
      down.current.set(event.pointerId, at(event));
      start.current = down.current.size === 1 ? at(event) : null;
      const two = between();
      pinch.current = two === undefined ? null : { distance: two.distance, cell: map.view.cell };
    },
    onPointerMove(event) {
      const before = down.current.get(event.pointerId);
      if (before === undefined) return;
      const now = at(event);
      const two = between();
      if (two !== undefined && pinch.current !== null) {
        down.current.set(event.pointerId, now);
        const cell = (pinch.current.cell * two.distance) / pinch.current.distance;
        map.zoomTo(cell < 1 ? Math.max(fit, cell) : Math.min(LARGEST_CELL, Math.round(cell)), two.middle);
        return;
      }
      if (start.current !== null && Math.hypot(now.x - start.current.x, now.y - start.current.y) < STILL)
        return;
      if (start.current !== null) event.currentTarget.setPointerCapture(event.pointerId);
      start.current = null;
      down.current.set(event.pointerId, now);
      map.pan(now.x - before.x, now.y - before.y);
    },
    onPointerUp(event) {
      if (start.current !== null && down.current.has(event.pointerId)) onPick(at(event));
      start.current = null;
      end(event);
    },
    onPointerCancel: end,
  };
}

/** How much of a node is drawn, by how large it is on the screen. */
import { useStore } from '@xyflow/react';

/** All there is; name, state and one bar; a tile with its name. */
export type Level = 'full' | 'brief' | 'tile';

/** From these magnifications on. */
const FULL_FROM = 0.72;
const BRIEF_FROM = 0.3;

export function levelOf(zoom: number): Level {
  if (zoom >= FULL_FROM) return 'full';
  return zoom >= BRIEF_FROM ? 'brief' : 'tile';
}

/** The level at the magnification of the graph that the component is in. */
export function useLevel(): Level {
  return useStore(({ transform: [, , zoom] }) => levelOf(zoom));
}

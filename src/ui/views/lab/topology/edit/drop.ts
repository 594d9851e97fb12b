/** What becomes of the end of a link that was drawn to a node, or off its switch onto nothing. */
import { createContext, useContext } from 'react';
import type { Point } from '../layout.ts';

type Drop = (link: string, node: string | null, at: Point) => void;

const Context = createContext<Drop>(() => undefined);
export const DropProvider = Context;

export function useDrop(): Drop {
  return useContext(Context);
}

/** What becomes of the end of a link that was drawn to a node, or off its switch onto nothing. */
import { createContext, useContext } from 'react';

/** `off`: the node at which the end was. */
type Drop = (link: string, off: string, node: string | null) => void;

const Context = createContext<Drop>(() => undefined);
export const DropProvider = Context;

export function useDrop(): Drop {
  return useContext(Context);
}

/** Doing something with the graph, so that it can be taken back: the one way for menus, for what is drawn, and for the table. */
import { createContext, useContext, useMemo, useRef } from 'react';
import { useCommand } from '../../../../parts/lab.tsx';
import type { Positions } from '../layout.ts';
import { type Deed, nextDeed, noteDeed, noteTurn } from './deeds.ts';

export interface Editing {
  /** @returns true when it was done */
  act(deed: Deed): Promise<boolean>;
  undo(): Promise<void>;
  redo(): Promise<void>;
}

export function useEditing(setPlaces: (places: Positions) => void): Editing {
  const latest = useRef({ setPlaces, command: useCommand() });
  latest.current = { setPlaces, command: useCommand() };
  return useMemo(() => {
    // One after the other: the next one may follow from what this one does.
    let last: Promise<unknown> = Promise.resolve();
    const perform = async (deed: Deed, way: 'there' | 'back'): Promise<boolean> => {
      if (deed.kind === 'command') return latest.current.command(deed.host, deed[way]);
      if (deed.kind === 'commands') return performAll(deed, way);
      latest.current.setPlaces(deed[way]);
      return true;
    };
    /** What can be done in part only is taken back as far as it was done. */
    const performAll = async (deed: Deed & { kind: 'commands' }, way: 'there' | 'back'): Promise<boolean> => {
      const opposite = deed[way === 'there' ? 'back' : 'there'].toReversed();
      for (const [index, each] of deed[way].entries()) {
        if (await latest.current.command(deed.host, each)) continue;
        for (const back of opposite.slice(0, index).reverse()) await latest.current.command(deed.host, back);
        return false;
      }
      return true;
    };
    const inTurn = <T>(what: () => Promise<T>): Promise<T> => {
      const next = last.then(what);
      last = next.catch(() => undefined);
      return next;
    };
    const turn = (way: 'there' | 'back'): Promise<void> =>
      inTurn(async () => {
        const deed = nextDeed(way);
        // What cannot be taken back any more, since other things have happened, is told and forgotten.
        if (deed !== undefined && (await perform(deed, way))) noteTurn(deed, way);
      });
    return {
      act: (deed) =>
        inTurn(async () => {
          const isDone = await perform(deed, 'there');
          if (isDone) noteDeed(deed);
          return isDone;
        }),
      undo: () => turn('back'),
      redo: () => turn('there'),
    };
  }, []);
}

const Context = createContext<Editing | null>(null);
export const EditingProvider = Context;

export function useEdit(): Editing {
  const editing = useContext(Context);
  if (editing === null) throw new Error('no editing above');
  return editing;
}

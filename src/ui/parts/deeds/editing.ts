/** Doing something with the network, so that it can be taken back: the one way for menus, dialogs, for what is drawn, and for tables. */
import { useEffect, useMemo, useRef } from 'react';
import { useCommand, useLab } from '../lab.tsx';
import { type Deed, deedsOf, nextDeed, noteDeed, noteTurn } from './deeds.ts';

export interface Editing {
  /** @returns true when it was done */
  act(deed: Deed): Promise<boolean>;
  undo(): Promise<void>;
  redo(): Promise<void>;
}

type Do = ReturnType<typeof useCommand>;

/** One after the other, from wherever: the next one may follow from what this one does. */
let last: Promise<unknown> = Promise.resolve();
function inTurn<T>(what: () => Promise<T>): Promise<T> {
  const next = last.then(what);
  last = next.catch(() => undefined);
  return next;
}

async function perform(command: Do, deed: Deed, way: 'there' | 'back'): Promise<boolean> {
  if (deed.kind === 'command') return command(deed.host, deed[way]);
  if (deed.kind === 'commands') return performAll(command, deed, way);
  deed.put(deed[way]);
  return true;
}

/** What can be done in part only is taken back as far as it was done. */
async function performAll(
  command: Do,
  deed: Deed & { kind: 'commands' },
  way: 'there' | 'back',
): Promise<boolean> {
  const opposite = deed[way === 'there' ? 'back' : 'there'].toReversed();
  for (const [index, each] of deed[way].entries()) {
    if (await command(deed.host, each)) continue;
    for (const back of opposite.slice(0, index).reverse()) await command(deed.host, back);
    return false;
  }
  return true;
}

export function useEdit(): Editing {
  const lab = useLab();
  useEffect(() => {
    if (lab !== null) deedsOf(lab);
  }, [lab]);
  const latest = useRef(useCommand());
  latest.current = useCommand();
  return useMemo(() => {
    const turn = (way: 'there' | 'back'): Promise<void> =>
      inTurn(async () => {
        const deed = nextDeed(way);
        // What cannot be taken back any more, since other things have happened, is told and forgotten.
        if (deed !== undefined && (await perform(latest.current, deed, way))) noteTurn(deed, way);
      });
    return {
      act: (deed) =>
        inTurn(async () => {
          const isDone = await perform(latest.current, deed, 'there');
          if (isDone) noteDeed(deed);
          return isDone;
        }),
      undo: () => turn('back'),
      redo: () => turn('there'),
    };
  }, []);
}

/** What was done with the lab's network in this visit, and how each is taken back and done again: commands, and where nodes stood. */
import { create } from 'zustand';
import type { LabDescription } from '#bridge/protocol/answers';
import type { Command } from '#bridge/protocol/lab-api';

type Positions = LabDescription['layout'];

export type Deed =
  | { readonly kind: 'command'; readonly host: number; readonly there: Command; readonly back: Command }
  /** One after the other, all or none. */
  | {
      readonly kind: 'commands';
      readonly host: number;
      readonly there: readonly Command[];
      readonly back: readonly Command[];
    }
  | {
      readonly kind: 'places';
      readonly there: Positions;
      readonly back: Positions;
      /** Puts all where they are said to stand, whichever view is shown. */
      readonly put: (places: Positions) => void;
    };

interface Deeds {
  /** What tells labs apart. */
  readonly lab: string;
  /** The latest last. */
  readonly past: readonly Deed[];
  /** Taken back, the latest last. */
  readonly future: readonly Deed[];
}

const NONE: Deeds = { lab: '', past: [], future: [] };
/** So many can be taken back. */
const MOST = 100;

export const useDeeds = create<Deeds>()(() => NONE);

/** Forgets all unless they are of this lab; @returns what tells labs apart */
export function deedsOf({ title, seed, hosts }: LabDescription): string {
  const lab = [title, seed, ...hosts.map(({ name }) => name)].join('\n');
  if (useDeeds.getState().lab !== lab) useDeeds.setState({ ...NONE, lab });
  return lab;
}

export function forgetDeeds(): void {
  useDeeds.setState({ past: [], future: [] });
}

/** It was done anew: what was taken back before is not done again. */
export function noteDeed(deed: Deed): void {
  const { past } = useDeeds.getState();
  useDeeds.setState({ past: [...past, deed].slice(-MOST), future: [] });
}

/** Takes the latest out; `undefined` where there is none. Who carries it out says so with {@link noteTurn}. */
export function nextDeed(way: 'there' | 'back'): Deed | undefined {
  const from = way === 'back' ? 'past' : 'future';
  const list = useDeeds.getState()[from];
  const deed = list.at(-1);
  if (deed !== undefined) useDeeds.setState({ [from]: list.slice(0, -1) });
  return deed;
}

/** It was taken back, or done again. */
export function noteTurn(deed: Deed, way: 'there' | 'back'): void {
  const to = way === 'back' ? 'future' : 'past';
  useDeeds.setState({ [to]: [...useDeeds.getState()[to], deed] });
}

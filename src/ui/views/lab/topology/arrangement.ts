/**
 * How the topology of a lab is arranged in this visit: where its nodes stood, what is folded, what of it was seen. It outlives the
 * view, so that whoever comes back finds it as it was; another lab begins anew.
 */
import type { Viewport } from '@xyflow/react';
import { create } from 'zustand';
import type { LabDescription } from '#bridge/protocol/answers';
import { deedsOf } from '../../../parts/deeds/deeds.ts';
import { showWay } from '../../../state/way.ts';
import type { Positions } from './layout.ts';

interface Arrangement {
  readonly lab: string;
  readonly stood: Positions;
  /** What a person has moved since the topology is shown; undefined: as the lab says. */
  readonly saved: Positions | undefined;
  /** Keys of hosts and switches. */
  readonly folded: ReadonlySet<string>;
  /** Undefined until a person has moved it: all is shown. */
  readonly viewport: Viewport | undefined;
  /** Packets are drawn as they pass. */
  readonly showsPassing: boolean;
}

const NONE: Arrangement = {
  ...{ lab: '', stood: {}, saved: undefined, folded: new Set() },
  ...{ viewport: undefined, showsPassing: true },
};

export const useArrangement = create<Arrangement>()(() => NONE);

/** Begins anew for another lab than the one that was seen last; @returns what tells labs apart */
export function arrangeFor(description: LabDescription): string {
  const lab = deedsOf(description);
  if (useArrangement.getState().lab !== lab) {
    useArrangement.setState({ ...NONE, lab });
    showWay(null);
  }
  return lab;
}

/** Folds these, and unfolds all others. */
export function setFolded(keys: readonly string[]): void {
  useArrangement.setState({ folded: new Set(keys) });
}

export function toggleFolded(key: string): void {
  const { folded } = useArrangement.getState();
  setFolded(folded.has(key) ? [...folded].filter((other) => other !== key) : [...folded, key]);
}

/** Where the nodes stand while the person moves them: saved with the lab, laid out where nothing was saved. */
import { useEffect, useMemo, useState } from 'react';
import type { LabDescription } from '#bridge/protocol/answers';
import { useClient } from '../../../parts/lab.tsx';
import { tellFailure } from '../../../state/notices.ts';
import { useArrangement } from './arrangement.ts';
import { layOut } from './lay-out.ts';
import { hostBox, moveHost, type Point, type Positions, savedPositions } from './layout.ts';
import { positionsOf } from './steady-places.ts';

export interface Places {
  readonly positions: Positions;
  /** A node was put there; a host takes along what is in it. */
  move(id: string, to: Point): void;
  /** Everything laid out anew. */
  reset(): void;
}

export function usePlaces(lab: LabDescription): Places {
  const client = useClient();
  const [saved, setSaved] = useState<Positions>(lab.layout);
  const positions = useMemo(() => positionsOf(lab, saved, useArrangement.getState().stood), [lab, saved]);
  useEffect(() => useArrangement.setState({ stood: positions }), [positions]);
  const save = (next: Positions): void => {
    const kept = savedPositions(next);
    setSaved(kept);
    client.calls.setLayout(kept).catch(tellFailure);
  };
  const move = (id: string, to: Point): void => {
    const host = lab.hosts.find((candidate) => candidate.name === id);
    if (host === undefined) {
      save({ ...positions, [id]: to });
      return;
    }
    const from = hostBox(host, positions);
    save(moveHost(host, positions, { x: to.x - from.x, y: to.y - from.y }));
  };
  return { positions, move, reset: () => save(layOut(lab)) };
}

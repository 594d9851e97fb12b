/** Where the nodes stand while the person moves them: saved with the lab, laid out where nothing was saved. */
import { useEffect, useMemo, useState } from 'react';
import type { LabDescription } from '#bridge/protocol/answers';
import { useClient } from '../../../parts/lab.tsx';
import { tellFailure } from '../../../state/notices.ts';
import { useArrangement } from './arrangement.ts';
import type { Deed } from './edit/deeds.ts';
import { layOut } from './lay-out.ts';
import { hostBox, moveHost, type Point, type Positions, savedPositions } from './layout.ts';
import { positionsOf } from './steady-places.ts';

export interface Places {
  readonly positions: Positions;
  /** What it is to put a node somewhere; a host takes along what is in it. */
  moved(id: string, to: Point): Deed;
  /** What it is to lay everything out anew. */
  laidOut(): Deed;
  /** Puts all where they are said to stand. */
  set(places: Positions): void;
}

export function usePlaces(lab: LabDescription): Places {
  const client = useClient();
  const [saved, setSaved] = useState<Positions>(lab.layout);
  const positions = useMemo(() => positionsOf(lab, saved, useArrangement.getState().stood), [lab, saved]);
  useEffect(() => useArrangement.setState({ stood: positions }), [positions]);
  const to = (there: Positions): Deed => ({ kind: 'places', there, back: positions });
  return {
    positions,
    moved(id, at) {
      const host = lab.hosts.find((candidate) => candidate.name === id);
      if (host === undefined) return to({ ...positions, [id]: at });
      const from = hostBox(host, positions);
      return to(moveHost(host, positions, { x: at.x - from.x, y: at.y - from.y }));
    },
    laidOut: () => to(layOut(lab)),
    set(places) {
      const kept = savedPositions(places);
      setSaved(kept);
      client.calls.setLayout(kept).catch(tellFailure);
    },
  };
}

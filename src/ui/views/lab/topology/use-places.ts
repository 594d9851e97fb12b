/** Where the nodes stand while the person moves them: saved with the lab, laid out where nothing was saved. */
import { useEffect, useMemo, useState } from 'react';
import type { LabDescription } from '#bridge/protocol/answers';
import type { Deed } from '../../../parts/deeds/deeds.ts';
import { useClient } from '../../../parts/lab.tsx';
import { tellFailure } from '../../../state/notices.ts';
import { useArrangement } from './arrangement.ts';
import { layOut } from './lay-out.ts';
import { hostBox, moveHost, type Point, type Positions, savedPositions } from './layout.ts';
import { positionsOf } from './steady-places.ts';

export interface Places {
  readonly positions: Positions;
  /** What it is to put a node somewhere; a host takes along what is in it. */
  moved(id: string, to: Point): Deed;
  /** What it is to lay everything out anew. */
  laidOut(): Deed;
}

export function usePlaces(lab: LabDescription): Places {
  const client = useClient();
  const [first] = useState<Positions>(lab.layout);
  const saved = useArrangement((state) => state.saved) ?? first;
  // Whoever comes back finds what the lab says then.
  useEffect(() => () => useArrangement.setState({ saved: undefined }), []);
  const positions = useMemo(() => positionsOf(lab, saved, useArrangement.getState().stood), [lab, saved]);
  useEffect(() => useArrangement.setState({ stood: positions }), [positions]);
  const put = (places: Positions): void => {
    const kept = savedPositions(places);
    useArrangement.setState({ saved: kept });
    client.calls.setLayout(kept).catch(tellFailure);
  };
  const to = (there: Positions): Deed => ({ kind: 'places', there, back: positions, put });
  return {
    positions,
    moved(id, at) {
      const host = lab.hosts.find((candidate) => candidate.name === id);
      if (host === undefined) return to({ ...positions, [id]: at });
      const from = hostBox(host, positions);
      return to(moveHost(host, positions, { x: at.x - from.x, y: at.y - from.y }));
    },
    laidOut: () => to(layOut(lab)),
  };
}

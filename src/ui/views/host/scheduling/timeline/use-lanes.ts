/** Asks what all physical CPUs of a host did in a stretch: slices, and single exits where the stretch is short. */
import type { RefObject } from 'react';
import { ok, type Result } from '#base/result';
import type { LabClient } from '#bridge/client/client';
import type { Timed } from '#bridge/protocol/answers';
import type { Stretch } from '../../../../parts/chart/stretch.ts';
import { useAnswer, useClient } from '../../../../parts/lab.tsx';
import type { Lane } from './lanes.ts';
import { EXITS_SPAN_NS, stretchOf, type TimeWindow } from './time-window.ts';

/** Elements of a lane: about one for two pixels of a wide page. */
const MOST = 700;
const EVERY_MS = 250;

export interface Lanes {
  readonly stretch: Stretch;
  readonly lanes: readonly Lane[];
}

async function lanesOf(
  client: LabClient,
  host: number,
  harts: number,
  stretch: Stretch,
): Promise<Result<Timed<Lanes>>> {
  const lanes: Lane[] = [];
  let at = 0;
  for (let hart = 0; hart < harts; hart++) {
    const asked = { hart, ...stretch, limit: MOST };
    const timeline = await client.ask(host, 'timeline', asked);
    if (!timeline.ok) return timeline;
    at = timeline.value.at;
    const isShort = stretch.toNs - stretch.fromNs <= EXITS_SPAN_NS;
    const exits = isShort ? await client.ask(host, 'exit-trail', asked) : undefined;
    if (exits !== undefined && !exits.ok) return exits;
    lanes.push({
      timeline: timeline.value.value,
      ...(exits === undefined ? {} : { exits: exits.value.value }),
    });
  }
  return ok({ at, value: { stretch, lanes } });
}

/** The lanes of a window, asked again while time passes; `now` says the present of what is shown. */
export function useLanes(
  index: number,
  harts: number,
  window: TimeWindow,
  now: () => number,
  card: RefObject<HTMLElement | null>,
): ReturnType<typeof useAnswer<Lanes>> {
  const client = useClient();
  return useAnswer<Lanes>(
    () => lanesOf(client, index, harts, stretchOf(window, now())),
    EVERY_MS,
    [index, harts, window.spanNs, window.endNs],
    { card },
  );
}

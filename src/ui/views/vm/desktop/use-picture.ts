/** Asks the machine what of a screen has changed, and draws that: while it is seen, while something runs, and no more than that. */
import { type RefObject, useRef } from 'react';
import type { LabError } from '#base/result';
import { failureOf } from '#bridge/client/worker-client';
import { useFrames } from '../../../kit/frame-clock.ts';
import { useSeen } from '../../../kit/use-seen.ts';
import { useClient } from '../../../parts/lab.tsx';
import { drawTiles, type Picture } from './picture.ts';

/** Pictures in a second, at most. */
const HERTZ = 30;

/** Before anything was asked. */
const NOTHING = { isAsking: false, virtualNs: -1, instructions: -1, seen: {} };

interface Told {
  readonly onPicture: (picture: Picture) => void;
  readonly onError: (error: LabError) => void;
}

export function usePicture(
  host: number,
  vm: string,
  canvas: RefObject<HTMLCanvasElement | null>,
  told: Told,
): void {
  const client = useClient();
  const isSeen = useSeen(canvas);
  const last = useRef({ of: '', ...NOTHING });
  useFrames(HERTZ, () => {
    const state = last.current;
    const element = canvas.current;
    const of = `${host}/${vm}`;
    if (state.of !== of) last.current = { of, ...NOTHING };
    const now = last.current;
    const { virtualNs, instructions } = client.status();
    // Only guests that run draw.
    const isAsBefore = now.instructions === instructions && now.virtualNs >= 0;
    if (now.isAsking || element === null || !isSeen.current || now.virtualNs === virtualNs) return;
    if (isAsBefore) return;
    now.isAsking = true;
    now.instructions = instructions;
    client
      .ask(host, 'desktop', { vm, ...now.seen })
      .then((answer) => {
        if (last.current !== now) return;
        if (!answer.ok) {
          told.onError(answer.error);
          return;
        }
        const picture = answer.value.value;
        now.virtualNs = answer.value.at;
        now.seen = {
          picture: picture.picture,
          since: picture.generation,
          cursor: picture.cursorGeneration,
        };
        drawTiles(element, picture);
        told.onPicture(picture);
      })
      .catch((error: unknown) => told.onError(failureOf(error).error))
      .finally(() => {
        now.isAsking = false;
      });
  });
}

/** Asks the machine what of a screen has changed, and draws that: while it is seen, while something happens, and no more than that. */
import { type RefObject, useRef } from 'react';
import type { LabError, Result } from '#base/result';
import { failureOf } from '#bridge/client/worker-client';
import type { Timed } from '#bridge/protocol/answers';
import { useFrames } from '../../../kit/frame-clock.ts';
import { useSeen } from '../../../kit/use-seen.ts';
import { useClient } from '../../../parts/lab.tsx';
import { drawTiles, LitTiles, type Picture } from './picture.ts';

/** Pictures in a second, at most. */
const HERTZ = 30;

/** What was seen: the next answer has what is new. */
interface Seen {
  readonly picture?: number;
  readonly since?: number;
  readonly cursor?: number;
}

interface Source<P extends Picture> {
  readonly ask: (seen: Seen) => Promise<Result<Timed<P>>>;
  /** What makes it another picture: only guests that run, or that time passes. */
  readonly changedBy: 'guests' | 'time';
  /** What has come; and whether all of the picture is black. */
  readonly onPicture: (picture: P, atNs: number, isBlack: boolean) => void;
  readonly onError: (error: LabError) => void;
}

/** Before anything was asked. */
const NOTHING: { isAsking: boolean; virtualNs: number; instructions: number; seen: Seen } = {
  ...{ isAsking: false, virtualNs: -1, instructions: -1 },
  seen: {},
};
const nothing = (of: string) => ({ of, ...NOTHING, lit: new LitTiles() });

/** @param of what it is a picture of */
export function usePicture<P extends Picture>(
  of: string,
  canvas: RefObject<HTMLCanvasElement | null>,
  source: Source<P>,
): void {
  const client = useClient();
  const isSeen = useSeen(canvas);
  const last = useRef(nothing(''));
  useFrames(HERTZ, () => {
    const element = canvas.current;
    if (last.current.of !== of) last.current = nothing(of);
    const now = last.current;
    const { virtualNs, instructions } = client.status();
    if (now.isAsking || element === null || !isSeen.current || now.virtualNs === virtualNs) return;
    if (source.changedBy === 'guests' && now.instructions === instructions && now.virtualNs >= 0) return;
    now.isAsking = true;
    now.instructions = instructions;
    source
      .ask(now.seen)
      .then((answer) => {
        if (last.current !== now) return;
        now.virtualNs = virtualNs;
        if (!answer.ok) {
          source.onError(answer.error);
          return;
        }
        const { value: picture, at } = answer.value;
        now.virtualNs = at;
        now.seen = {
          picture: picture.picture,
          since: picture.generation,
          cursor: picture.cursorGeneration,
        };
        drawTiles(element, picture);
        source.onPicture(picture, at, now.lit.take(picture));
      })
      .catch((error: unknown) => source.onError(failureOf(error).error))
      .finally(() => {
        now.isAsking = false;
      });
  });
}

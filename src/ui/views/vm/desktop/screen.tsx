/** A VM's screen: its picture with the guest's own pointer, and who is at it. */
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LabError } from '#base/result';
import type { DesktopSpec } from '#base/scenario';
import type { AnswerOf } from '#bridge/protocol/answers';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useClient } from '../../../parts/lab.tsx';
import { Glass, type Scale, useGestures } from './glass.tsx';
import { drawCursor, type Picture } from './picture.ts';
import css from './screen.module.css';
import { usePicture } from './use-picture.ts';

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly desktop: DesktopSpec;
  readonly isOn: boolean;
  readonly scale: Scale;
  readonly onCanvas?: (canvas: HTMLCanvasElement | null) => void;
}

interface Shown {
  readonly width: number;
  readonly height: number;
  readonly cursor: Picture['cursor'];
  readonly isDriven: boolean;
  readonly isBlack: boolean;
}

export function Screen({ host, vm, desktop, isOn, scale, onCanvas }: Props) {
  const { t } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const pointer = useRef<HTMLCanvasElement>(null);
  const [shown, setShown] = useState<Shown | undefined>(undefined);
  const [error, setError] = useState<LabError | null>(null);
  const client = useClient();
  const give = useGestures(host, vm);
  usePicture<AnswerOf<'desktop'>>(`${host}/${vm}`, canvas, {
    ask: (seen) => client.ask(host, 'desktop', { vm, ...seen }),
    changedBy: 'guests',
    onPicture(picture, _, isBlack) {
      const { width, height, isDriven } = picture;
      if (pointer.current !== null) drawCursor(pointer.current, picture);
      const next = { width, height, isDriven, isBlack, cursor: picture.cursor ?? shown?.cursor };
      const isSame =
        width === shown?.width &&
        height === shown.height &&
        isDriven === shown.isDriven &&
        isBlack === shown.isBlack &&
        next.cursor === shown.cursor;
      if (!isSame) setShown(next);
      if (error !== null) setError(null);
    },
    onError: setError,
  });
  useEffect(() => {
    onCanvas?.(canvas.current);
    return () => onCanvas?.(null);
  }, [onCanvas]);

  const cursor = shown?.cursor;
  const hint = isOn ? shown && blackOf(shown) : 'off';
  return (
    <div className={css['place']}>
      <ErrorAlert error={error} />
      <Glass
        {...{ canvas, desktop, scale, give }}
        label={t('desktop.screenOf', { vm })}
        testId="screen"
        size={shown ?? desktop}
        hint={hint && t(`desktop.black.${hint}`, { vm })}
      >
        <canvas
          ref={pointer}
          className={css['pointer']}
          hidden={cursor === undefined}
          style={
            cursor === undefined || shown === undefined
              ? undefined
              : {
                  left: `${(100 * cursor.x) / shown.width}%`,
                  top: `${(100 * cursor.y) / shown.height}%`,
                  width: `${(100 * cursor.width) / shown.width}%`,
                }
          }
        />
      </Glass>
    </div>
  );
}

/** Why a screen of a VM that is on is black, if it is. */
function blackOf({ width, isDriven, isBlack }: Shown): 'noDriver' | 'noPicture' | 'nothingDrawn' | undefined {
  if (!isDriven) return 'noDriver';
  if (width === 0) return 'noPicture';
  return isBlack ? 'nothingDrawn' : undefined;
}

/** A VM's screen on a canvas, with the keyboard, the pointer and the fingers of whoever is at it. */
import {
  type KeyboardEvent,
  type PointerEvent,
  useEffect,
  useMemo,
  useRef,
  useState,
  type WheelEvent,
} from 'react';
import { useTranslation } from 'react-i18next';
import type { LabError } from '#base/result';
import type { DesktopSpec } from '#base/scenario';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useClient } from '../../../parts/lab.tsx';
import { tellError, tellFailure } from '../../../state/notices.ts';
import { GestureQueue } from './gesture-queue.ts';
import { type Gesture, key, keyCode } from './key-codes.ts';
import { drawCursor, type Picture } from './picture.ts';
import css from './screen.module.css';
import { usePicture } from './use-picture.ts';

export type Scale = 'fit' | '1' | '2';

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly desktop: DesktopSpec;
  readonly scale: Scale;
  readonly onCanvas?: (canvas: HTMLCanvasElement | null) => void;
}

/** Places are told in so many steps from edge to edge. */
const MOST_POSITION = 0x7fff;

/** Gives gestures to a VM, and says once what went wrong. */
export function useGestures(host: number, vm: string): (gestures: readonly Gesture[]) => void {
  const client = useClient();
  const queue = useMemo(
    () =>
      new GestureQueue((gestures) =>
        client.calls
          .command(host, { op: 'desktop.input', args: { vm, gestures } })
          .then((answer) => {
            if (!answer.ok) tellError(answer.error);
          })
          .catch(tellFailure),
      ),
    [client, host, vm],
  );
  return (gestures) => queue.add(gestures);
}

interface Shown {
  readonly width: number;
  readonly height: number;
  readonly cursor: Picture['cursor'];
}

export function Screen({ host, vm, desktop, scale, onCanvas }: Props) {
  const { t } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const pointer = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const held = useRef(new Set<number>());
  /** By finger of the browser: which of the guest's it is. */
  const fingers = useRef(new Map<number, number>());
  const [shown, setShown] = useState<Shown>({ width: 0, height: 0, cursor: undefined });
  const [error, setError] = useState<LabError | null>(null);
  const client = useClient();
  const give = useGestures(host, vm);
  usePicture<Picture>(`${host}/${vm}`, canvas, {
    ask: (seen) => client.ask(host, 'desktop', { vm, ...seen }),
    changedBy: 'guests',
    onPicture(picture) {
      const { width, height, cursor } = picture;
      if (pointer.current !== null) drawCursor(pointer.current, picture);
      const isSame = width === shown.width && height === shown.height && cursor === undefined;
      if (!isSame) setShown({ width, height, cursor: cursor ?? shown.cursor });
      if (error !== null) setError(null);
    },
    onError: setError,
  });
  useEffect(() => {
    onCanvas?.(canvas.current);
    return () => onCanvas?.(null);
  }, [onCanvas]);

  const release = (): void => {
    give([...held.current].map((code) => key(code, false)));
    held.current.clear();
  };
  const onKey = (event: KeyboardEvent, down: boolean): void => {
    // The way out by keyboard (WCAG 2.1.2); all other keys are the guest's.
    const code = event.key === 'Tab' && event.shiftKey ? undefined : keyCode(event.code);
    if (code === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat) return;
    if (down) held.current.add(code);
    else held.current.delete(code);
    give([key(code, down)]);
  };
  const place = ({ clientX, clientY }: { clientX: number; clientY: number }): { x: number; y: number } => {
    const { left, top, width, height } = canvas.current!.getBoundingClientRect();
    const along = (part: number): number =>
      Math.min(MOST_POSITION, Math.max(0, Math.round(part * MOST_POSITION)));
    return { x: along((clientX - left) / width), y: along((clientY - top) / height) };
  };
  const onPointer = (event: PointerEvent, phase: 'down' | 'move' | 'up'): void => {
    if (phase === 'down') {
      frame.current?.focus({ preventScroll: true });
      canvas.current?.setPointerCapture(event.pointerId);
    }
    if (event.pointerType === 'touch' && desktop.touch === true) {
      const { current: known } = fingers;
      const contact = known.get(event.pointerId) ?? freeContact(known);
      if (phase === 'up') known.delete(event.pointerId);
      else known.set(event.pointerId, contact);
      give([{ kind: 'touch', contact, ...(phase === 'up' ? {} : place(event)) }]);
      return;
    }
    give([{ kind: 'pointer', ...place(event), buttons: event.buttons & 7 }]);
  };
  const onWheel = (event: WheelEvent): void => {
    const wheel = -Math.sign(event.deltaY);
    if (wheel !== 0) give([{ kind: 'pointer', ...place(event), buttons: event.buttons & 7, wheel }]);
  };
  const { cursor } = shown;
  return (
    <div className={css['place']}>
      <ErrorAlert error={error} />
      <div
        ref={frame}
        className={css['frame']}
        data-scale={scale}
        role="application"
        aria-label={t('desktop.screenOf', { vm })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever works at the screen does so with the keyboard, too
        tabIndex={0}
        onKeyDown={(event) => onKey(event, true)}
        onKeyUp={(event) => onKey(event, false)}
        onBlur={release}
      >
        <div
          className={css['glass']}
          style={{ width: scale === 'fit' ? undefined : shown.width * Number(scale) }}
        >
          <canvas
            ref={canvas}
            className={css['canvas']}
            data-testid="screen"
            width={desktop.width}
            height={desktop.height}
            onPointerDown={(event) => onPointer(event, 'down')}
            onPointerMove={(event) => onPointer(event, 'move')}
            onPointerUp={(event) => onPointer(event, 'up')}
            onPointerCancel={(event) => onPointer(event, 'up')}
            onWheel={onWheel}
            onContextMenu={(event) => event.preventDefault()}
          />
          <canvas
            ref={pointer}
            className={css['pointer']}
            hidden={cursor === undefined}
            style={
              cursor === undefined
                ? undefined
                : {
                    left: `${(100 * cursor.x) / shown.width}%`,
                    top: `${(100 * cursor.y) / shown.height}%`,
                    width: `${(100 * cursor.width) / shown.width}%`,
                  }
            }
          />
        </div>
      </div>
    </div>
  );
}

/** The first finger that is not down. */
function freeContact(known: ReadonlyMap<number, number>): number {
  const taken = new Set(known.values());
  for (let contact = 0; contact < 9; contact++) if (!taken.has(contact)) return contact;
  return 9;
}

/** What stands in front of a screen's picture: takes keyboard, pointer and fingers of whoever is at it, and says why it is black. */
import {
  type CSSProperties,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useMemo,
  useRef,
} from 'react';
import type { DesktopSpec } from '#base/scenario';
import type { Command } from '#bridge/protocol/lab-api';
import { useClient } from '../../../parts/lab.tsx';
import { tellError, tellFailure } from '../../../state/notices.ts';
import { GestureQueue } from './gesture-queue.ts';
import { type Gesture, key, keyCode } from './key-codes.ts';
import css from './screen.module.css';

export type Scale = 'fit' | '1' | '2';

/** Places are told in so many steps from edge to edge. */
const MOST_POSITION = 0x7fff;

/** At the VM's own screen, or at a viewer of it. */
type InputOp = Extract<Command, { readonly op: 'desktop.input' | 'desktop.remoteInput' }>['op'];

/** Gives gestures to a VM, and says what went wrong. */
export function useGestures(
  host: number,
  vm: string,
  op: InputOp = 'desktop.input',
): (gestures: readonly Gesture[]) => void {
  const client = useClient();
  const queue = useMemo(
    () =>
      new GestureQueue((gestures) =>
        client.calls
          .command(host, { op, args: { vm, gestures } })
          .then((answer) => {
            if (!answer.ok) tellError(answer.error);
          })
          .catch(tellFailure),
      ),
    [client, host, vm, op],
  );
  return (gestures) => queue.add(gestures);
}

interface Props {
  readonly label: string;
  readonly testId: string;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly desktop: DesktopSpec;
  readonly scale: Scale;
  /** Of the picture that is shown; 0 by 0 while none is. */
  readonly size: { readonly width: number; readonly height: number };
  readonly give: (gestures: readonly Gesture[]) => void;
  /** Why nothing is seen, if so. */
  readonly hint: string | undefined;
  /** The guest's own pointer. */
  readonly children?: ReactNode;
}

export function Glass({ label, testId, canvas, desktop, scale, size, give, hint, children }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const held = useRef(new Set<number>());
  /** By finger of the browser: which of the guest's it is. */
  const fingers = useRef(new Map<number, number>());
  /** Fingers of the browser that do not work here. */
  const passing = useRef(new Set<number>());
  const last = useRef({ x: 0, y: 0 });
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
    const isTouch = event.pointerType === 'touch';
    if (isTouch && phase === 'down' && document.activeElement !== frame.current)
      passing.current.add(event.pointerId);
    if (passing.current.has(event.pointerId)) {
      // A finger that scrolls the page over the screen; one that was only put there begins to work at it.
      if (phase !== 'up') return;
      passing.current.delete(event.pointerId);
      if (event.type === 'pointerup') frame.current?.focus({ preventScroll: true });
      return;
    }
    if (phase === 'down') {
      frame.current?.focus({ preventScroll: true });
      canvas.current?.setPointerCapture(event.pointerId);
    }
    // What is cancelled has no place.
    if (event.type !== 'pointercancel') last.current = place(event);
    if (isTouch && desktop.touch === true) {
      const { current: known } = fingers;
      const contact = known.get(event.pointerId) ?? freeContact(known);
      if (phase === 'up') known.delete(event.pointerId);
      else known.set(event.pointerId, contact);
      give([{ kind: 'touch', contact, ...(phase === 'up' ? {} : last.current) }]);
      return;
    }
    give([{ kind: 'pointer', ...last.current, buttons: event.buttons & 7 }]);
  };
  // Whoever works at the screen turns the wheel there, and does not scroll the page with it.
  const onWheel = useRef<(event: WheelEvent) => void>(() => undefined);
  onWheel.current = (event) => {
    const wheel = -Math.sign(event.deltaY);
    if (wheel === 0 || document.activeElement !== frame.current) return;
    event.preventDefault();
    give([{ kind: 'pointer', ...place(event), buttons: event.buttons & 7, wheel }]);
  };
  useEffect(() => {
    const element = canvas.current;
    const listen = (event: WheelEvent): void => onWheel.current(event);
    element?.addEventListener('wheel', listen, { passive: false });
    return () => element?.removeEventListener('wheel', listen);
  }, [canvas]);
  const width = size.width || desktop.width;
  const height = size.height || desktop.height;
  return (
    <div
      ref={frame}
      className={css['frame']}
      data-scale={scale}
      role="application"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever works at the screen does so with the keyboard, too
      tabIndex={0}
      onKeyDown={(event) => onKey(event, true)}
      onKeyUp={(event) => onKey(event, false)}
      onBlur={release}
    >
      <div
        className={css['glass']}
        style={
          {
            '--ratio': width / height,
            ...(scale === 'fit' ? {} : { width: width * Number(scale) }),
          } as CSSProperties
        }
      >
        <canvas
          ref={canvas}
          className={css['canvas']}
          data-testid={testId}
          width={desktop.width}
          height={desktop.height}
          onPointerDown={(event) => onPointer(event, 'down')}
          onPointerMove={(event) => onPointer(event, 'move')}
          onPointerUp={(event) => onPointer(event, 'up')}
          onPointerCancel={(event) => onPointer(event, 'up')}
          onContextMenu={(event) => event.preventDefault()}
        />
        {children}
        {hint === undefined ? null : (
          <p className={css['hint']} data-testid="screen-hint">
            {hint}
          </p>
        )}
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

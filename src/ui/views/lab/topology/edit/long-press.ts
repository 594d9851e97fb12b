/** A finger that rests on something opens its menu, as the right button of a mouse does: not every browser says so by itself. */
import { type RefObject, useEffect } from 'react';

const PRESS_MS = 550;
/** Further than that a finger moves what it is on. */
const STILL_PX = 8;

export function useLongPress(place: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let from = { x: 0, y: 0 };
    const end = (): void => clearTimeout(timer);
    const begin = ({ pointerType, isPrimary, clientX, clientY, target }: PointerEvent): void => {
      end();
      if (pointerType === 'mouse' || !isPrimary) return;
      from = { x: clientX, y: clientY };
      timer = setTimeout(() => {
        const at = { clientX, clientY, bubbles: true, cancelable: true };
        target?.dispatchEvent(new MouseEvent('contextmenu', at));
      }, PRESS_MS);
    };
    const move = ({ clientX, clientY }: PointerEvent): void => {
      if (Math.hypot(clientX - from.x, clientY - from.y) > STILL_PX) end();
    };
    const passive = { passive: true, capture: true };
    element.addEventListener('pointerdown', begin, passive);
    element.addEventListener('pointermove', move, passive);
    for (const over of ['pointerup', 'pointercancel', 'contextmenu'] as const)
      element.addEventListener(over, end, passive);
    return () => {
      end();
      element.removeEventListener('pointerdown', begin, passive);
      element.removeEventListener('pointermove', move, passive);
      for (const over of ['pointerup', 'pointercancel', 'contextmenu'] as const)
        element.removeEventListener(over, end, passive);
    };
  }, [place]);
}

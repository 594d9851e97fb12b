/**
 * What a person does with keyboard, pointer and fingers, and the events that a device tells of it (virtio 1.2, §5.8.6): those that
 * belong together end with a report.
 */
import * as reg from './registers.ts';
import type { InputRole } from './roles.ts';

/** A key by its code; or a place on the screen, with the buttons that are held; or a finger. */
export type Gesture =
  | { readonly kind: 'key'; readonly code: number; readonly down: boolean }
  | {
      readonly kind: 'pointer';
      /** From 0 at the left and upper edge to {@link reg.MOST_POSITION}. */
      readonly x: number;
      readonly y: number;
      /** Bits: left, right, middle. */
      readonly buttons: number;
      /** Turned away from the person, if it was. */
      readonly wheel?: number;
    }
  | {
      readonly kind: 'touch';
      /** Which finger. */
      readonly contact: number;
      /** Nowhere: it was lifted. */
      readonly x?: number;
      readonly y?: number;
    };

/** Which gestures a device of each sort takes. */
export const TAKES: Readonly<Record<InputRole, Gesture['kind']>> = {
  keyboard: 'key',
  tablet: 'pointer',
  touch: 'touch',
};

/** An event: type, code, value. */
export type InputEvent = readonly [type: number, code: number, value: number];

const BUTTONS: readonly number[] = [reg.BTN_LEFT, reg.BTN_RIGHT, reg.BTN_MIDDLE];
const REPORT: InputEvent = [reg.EV_SYN, reg.SYN_REPORT, 0];
/** Value of a finger that is gone. */
const LIFTED = 0xffff_ffff;

/** Which keys, buttons and fingers are down: the events of a gesture depend on what was before. */
export class Held {
  readonly keys: Set<number> = new Set();
  #buttons = 0;
  /** Bits, by finger. */
  #contacts = 0;

  /** Keys, buttons and fingers that are down. */
  get count(): number {
    return this.keys.size + bitsOf(this.#buttons) + bitsOf(this.#contacts);
  }

  /** Notes a gesture and gives its events; none where nothing changes. */
  take(gesture: Gesture): InputEvent[] {
    if (gesture.kind === 'key') return this.#key(gesture.code, gesture.down);
    if (gesture.kind === 'pointer')
      return this.#pointer(gesture.x, gesture.y, gesture.buttons, gesture.wheel ?? 0);
    return this.#touch(gesture.contact, gesture.x, gesture.y);
  }

  #key(code: number, down: boolean): InputEvent[] {
    if (this.keys.has(code) === down) return [];
    if (down) this.keys.add(code);
    else this.keys.delete(code);
    return [[reg.EV_KEY, code, down ? 1 : 0], REPORT];
  }

  #pointer(x: number, y: number, buttons: number, wheel: number): InputEvent[] {
    const changed = buttons ^ this.#buttons;
    this.#buttons = buttons;
    const events: InputEvent[] = [
      [reg.EV_ABS, reg.ABS_X, x],
      [reg.EV_ABS, reg.ABS_Y, y],
    ];
    for (const [bit, code] of BUTTONS.entries())
      if ((changed & (1 << bit)) !== 0) events.push([reg.EV_KEY, code, (buttons >> bit) & 1]);
    if (wheel !== 0) events.push([reg.EV_REL, reg.REL_WHEEL, wheel >>> 0]);
    return [...events, REPORT];
  }

  /** Multitouch, protocol B of Linux; the first finger is also told as one that touches alone. */
  #touch(contact: number, x: number | undefined, y: number | undefined): InputEvent[] {
    const bit = 1 << contact;
    const wasDown = (this.#contacts & bit) !== 0;
    if (x === undefined || y === undefined) {
      if (!wasDown) return [];
      this.#contacts &= ~bit;
      const last: InputEvent[] = this.#contacts === 0 ? [[reg.EV_KEY, reg.BTN_TOUCH, 0]] : [];
      return [
        [reg.EV_ABS, reg.ABS_MT_SLOT, contact],
        [reg.EV_ABS, reg.ABS_MT_TRACKING_ID, LIFTED],
        ...last,
        REPORT,
      ];
    }
    const events: InputEvent[] = [[reg.EV_ABS, reg.ABS_MT_SLOT, contact]];
    if (!wasDown) events.push([reg.EV_ABS, reg.ABS_MT_TRACKING_ID, contact]);
    events.push([reg.EV_ABS, reg.ABS_MT_POSITION_X, x], [reg.EV_ABS, reg.ABS_MT_POSITION_Y, y]);
    if (!wasDown && this.#contacts === 0) events.push([reg.EV_KEY, reg.BTN_TOUCH, 1]);
    this.#contacts |= bit;
    if (contact === 0) events.push([reg.EV_ABS, reg.ABS_X, x], [reg.EV_ABS, reg.ABS_Y, y]);
    return [...events, REPORT];
  }

  /** As after switching on. */
  clear(): void {
    this.keys.clear();
    this.#buttons = 0;
    this.#contacts = 0;
  }

  capture(): HeldState {
    return { keys: Uint32Array.from(this.keys), buttons: this.#buttons, contacts: this.#contacts };
  }
  restore({ keys, buttons, contacts }: HeldState): void {
    this.keys.clear();
    for (const key of keys) this.keys.add(key);
    this.#buttons = buttons;
    this.#contacts = contacts;
  }
}

export interface HeldState {
  readonly keys: Uint32Array;
  readonly buttons: number;
  readonly contacts: number;
}

function bitsOf(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}

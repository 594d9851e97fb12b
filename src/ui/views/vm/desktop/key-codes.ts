/** Keys of a browser's keyboard as the codes that guests know (`input-event-codes.h`), by where they are on the keyboard. */
import type { Command } from '#bridge/protocol/lab-api';

/** What a person does with keyboard, pointer or fingers, as the command takes it. */
export type Gesture = Extract<Command, { readonly op: 'desktop.input' }>['args']['gestures'][number];

/** Names of keys as browsers say them (`KeyboardEvent.code`), in runs of codes that follow each other. */
const RUNS: readonly (readonly [first: number, names: string])[] = [
  [
    1,
    'Escape Digit1 Digit2 Digit3 Digit4 Digit5 Digit6 Digit7 Digit8 Digit9 Digit0 Minus Equal Backspace Tab',
  ],
  [16, 'KeyQ KeyW KeyE KeyR KeyT KeyY KeyU KeyI KeyO KeyP BracketLeft BracketRight Enter ControlLeft'],
  [30, 'KeyA KeyS KeyD KeyF KeyG KeyH KeyJ KeyK KeyL Semicolon Quote Backquote ShiftLeft Backslash'],
  [
    44,
    'KeyZ KeyX KeyC KeyV KeyB KeyN KeyM Comma Period Slash ShiftRight NumpadMultiply AltLeft Space CapsLock',
  ],
  [59, 'F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 NumLock ScrollLock Numpad7 Numpad8 Numpad9 NumpadSubtract'],
  [75, 'Numpad4 Numpad5 Numpad6 NumpadAdd Numpad1 Numpad2 Numpad3 Numpad0 NumpadDecimal'],
  [86, 'IntlBackslash F11 F12'],
  [96, 'NumpadEnter ControlRight NumpadDivide'],
  [100, 'AltRight'],
  [102, 'Home ArrowUp PageUp ArrowLeft ArrowRight End ArrowDown PageDown Insert Delete'],
  [119, 'Pause'],
  [125, 'MetaLeft MetaRight ContextMenu'],
];

const CODES: ReadonlyMap<string, number> = new Map(
  RUNS.flatMap(([first, names]) => names.split(' ').map((name, at) => [name, first + at] as const)),
);

/** The code of a key; nothing for one that guests do not know. */
export function keyCode(name: string): number | undefined {
  return CODES.get(name);
}

/** Where signs are on a keyboard of the United States, without and with shift. */
const SIGNS: readonly (readonly [first: number, plain: string, shifted: string])[] = [
  [2, '1234567890-=', '!@#$%^&*()_+'],
  [15, '\t', ''],
  [16, 'qwertyuiop[]\n', 'QWERTYUIOP{}'],
  [30, "asdfghjkl;'`", 'ASDFGHJKL:"~'],
  [43, '\\zxcvbnm,./', '|ZXCVBNM<>?'],
  [57, ' ', ''],
];

const SHIFT = 42;

/** The keys that a text is typed with; signs that no such keyboard has are left out. */
export function keysOf(text: string): Gesture[] {
  return [...text].flatMap((sign) => {
    for (const [first, plain, shifted] of SIGNS) {
      const at = plain.indexOf(sign);
      if (at >= 0) return press(first + at);
      const above = shifted.indexOf(sign);
      if (above >= 0) return [key(SHIFT, true), ...press(first + above), key(SHIFT, false)];
    }
    return [];
  });
}

export function key(code: number, down: boolean): Gesture {
  return { kind: 'key', code, down };
}
function press(code: number): Gesture[] {
  return [key(code, true), key(code, false)];
}

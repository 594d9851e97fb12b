/**
 * What a person meant, as the bytes that a guest's line editor understands. Soft keyboards and input methods do not press keys: they
 * change a text, also in its middle and by whole words. The guest has that text at its cursor, so a change is said by taking away
 * what stands behind it, and typing that anew.
 */

const DELETE = '\u007f';
const ESCAPE = '\u001b';

/** What is pasted or composed cannot contain escape sequences of its own. */
export function harmless(text: string): string {
  return text.replaceAll(ESCAPE, '');
}

/** What to type so that a guest that has `before` has `after`. */
export function typedBy(before: string, after: string): string {
  const [old, now] = [[...before], [...after]];
  let same = 0;
  while (same < old.length && same < now.length && old[same] === now[same]) same++;
  const rest = harmless(now.slice(same).join('')).replace(/\r?\n/g, '\r');
  return DELETE.repeat(old.length - same) + rest;
}

/** Keys that are held for the next one, since a finger cannot hold them. */
export interface Held {
  readonly ctrl: boolean;
  readonly alt: boolean;
}
export const NOTHING_HELD: Held = { ctrl: false, alt: false };

/** A text as it is typed while keys are held, which counts for its first character. */
export function withHeld(text: string, { ctrl, alt }: Held): string {
  const first = text[0];
  if (first === undefined) return text;
  const key = ctrl ? withCtrl(first) : first;
  return `${alt ? ESCAPE : ''}${key}${text.slice(1)}`;
}

/** The control character of a key (ECMA-48, C0): its code without the bits above the lower five. */
function withCtrl(key: string): string {
  if (key === '?') return DELETE;
  if (key === ' ') return '\u0000';
  return /^[@-_a-z]$/.test(key) ? String.fromCharCode(key.charCodeAt(0) & 0x1f) : key;
}

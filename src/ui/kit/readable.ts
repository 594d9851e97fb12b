/** Bytes that a person typed, as text that can be read. */

const CONTROL_PICTURES = 0x2400;
/** Longest text of what was typed, in characters. */
const LONGEST = 60;

/** Typed bytes as one reads them: control characters by their pictures. */
export function readable(typed: string): string {
  const bytes = Uint8Array.from(typed, (character) => character.charCodeAt(0) & 0xff);
  const text = [...new TextDecoder().decode(bytes)];
  const shown = text.slice(0, LONGEST).map((character) => {
    if (character === '\r' || character === '\n') return '⏎';
    if (character === '\u007f') return '⌫';
    return character < ' ' ? String.fromCharCode(CONTROL_PICTURES + character.charCodeAt(0)) : character;
  });
  return shown.join('') + (text.length > LONGEST ? '…' : '');
}

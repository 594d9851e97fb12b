/** Bytes as text of RFC 4648 §5 without padding. Exactly one text for each bytes: anything else is refused. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const NOT_IN_ALPHABET = 255;
const VALUE_OF: Uint8Array = new Uint8Array(128).fill(NOT_IN_ALPHABET);
for (let value = 0; value < ALPHABET.length; value++) VALUE_OF[ALPHABET.charCodeAt(value)] = value;

/** Three bytes make four characters; one or two at the end make two or three. */
export function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const characters = Math.min(4, bytes.length - at + 1);
    for (let place = 0; place < characters; place++) text += ALPHABET[(group >>> (18 - 6 * place)) & 63];
  }
  return text;
}

/** The bytes; `undefined` for a foreign character, an impossible length, or bits left over. */
export function fromBase64Url(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined;
  const { bytes, rest } = decoded(text);
  return rest === 0 ? bytes : undefined;
}

/** The whole bytes of a text up to its first foreign character; bits that make no byte are dropped. */
export function wholeBytes(text: string): Uint8Array<ArrayBuffer> {
  return decoded(text).bytes;
}

/** Bytes and the bits left over: -1 when the text ended at a foreign character. */
function decoded(text: string): { readonly bytes: Uint8Array<ArrayBuffer>; readonly rest: number } {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let pending = 0;
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const value = VALUE_OF[text.charCodeAt(at)] ?? NOT_IN_ALPHABET;
    if (value === NOT_IN_ALPHABET) return { bytes: bytes.slice(0, length), rest: -1 };
    bits = ((bits << 6) | value) & 0xfff;
    pending += 6;
    if (pending >= 8) {
      pending -= 8;
      bytes[length++] = (bits >>> pending) & 0xff;
    }
  }
  return { bytes, rest: bits & ((1 << pending) - 1) };
}

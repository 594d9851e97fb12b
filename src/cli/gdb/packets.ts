/** Packets of gdb's remote protocol (GDB manual, appendix E): `$text#sum`, acknowledged by `+`. Apart from them a byte 3 interrupts. */

/** What has come: the text of a packet, one whose sum is wrong, or the byte that interrupts. */
export type Received =
  | { readonly kind: 'packet'; readonly text: string }
  | { readonly kind: 'damaged' | 'interrupt' };

const INTERRUPT = 3;
/** Longer ones are none of gdb's: it was told how long they may be. */
export const MOST_PACKET = 0x4000;

function sumOf(text: string): string {
  let sum = 0;
  for (let at = 0; at < text.length; at++) sum = (sum + text.charCodeAt(at)) & 0xff;
  return sum.toString(16).padStart(2, '0');
}

/** A packet to send. */
export function packet(text: string): string {
  const escaped = text.replace(/[#$}*]/g, (sign) => `}${String.fromCharCode(sign.charCodeAt(0) ^ 0x20)}`);
  return `$${escaped}#${sumOf(escaped)}`;
}

/** Finds packets in what comes, in whatever pieces. */
export class PacketReader {
  #text = '';

  take(bytes: Uint8Array): Received[] {
    const received: Received[] = [];
    for (const byte of bytes) {
      if (this.#text === '') {
        if (byte === INTERRUPT) received.push({ kind: 'interrupt' });
        if (byte === 0x24) this.#text = '$';
        continue;
      }
      this.#text += String.fromCharCode(byte);
      const end = this.#text.length - 3;
      if (end > 0 && this.#text[end] === '#') {
        const text = this.#text.slice(1, end);
        const isWhole = this.#text.slice(end + 1).toLowerCase() === sumOf(text);
        received.push(isWhole ? { kind: 'packet', text } : { kind: 'damaged' });
        this.#text = '';
      } else if (this.#text.length > MOST_PACKET) this.#text = '';
    }
    return received;
  }
}

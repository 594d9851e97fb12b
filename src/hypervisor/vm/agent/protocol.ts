/**
 * The messages between hypervisor and guest agent, as data, and how bytes become messages. What comes from a guest may be anything:
 * what is no message is skipped, byte by byte, and what is too long is no message.
 *
 *     0      1         2      3   4         6          8
 *     ┌──────┬─────────┬──────┬───┬─────────┬──────────┬─────────
 *     │ 0xa6 │ version │ type │ 0 │ request │ length   │ payload
 *     └──────┴─────────┴──────┴───┴─────────┴──────────┴─────────
 */

const MAGIC = 0xa6;
export const AGENT_VERSION = 1;
const HEADER = 8;
/** Of a payload. */
export const MOST_PAYLOAD = 1024;

/** What the agent says. */
export const FROM_AGENT = { hello: 1, report: 2, done: 3, failed: 4, ack: 5, data: 6 } as const;
/** What it is asked; `data` is a piece of a file, in either direction. */
export const TO_AGENT = {
  ask: 0x10,
  shutDown: 0x11,
  work: 0x12,
  plug: 0x13,
  unplug: 0x14,
  put: 0x15,
  get: 0x16,
  cancel: 0x17,
  processor: 0x18,
  data: 6,
} as const;

export interface AgentMessage {
  readonly type: number;
  /** Of which request; 0 for none. */
  readonly request: number;
  /** Valid only during the call. */
  readonly payload: Uint8Array;
}

/** A message as bytes. */
export function agentMessage(type: number, request: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER + payload.length);
  const view = new DataView(bytes.buffer);
  bytes.set([MAGIC, AGENT_VERSION, type, 0]);
  view.setUint16(4, request, true);
  view.setUint16(6, payload.length, true);
  bytes.set(payload, HEADER);
  return bytes;
}

/** Text of a guest's, for people: printable ASCII, and not long. */
export function guestText(bytes: Uint8Array, most: number): string {
  return Array.from(bytes.subarray(0, most), (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ' ',
  )
    .join('')
    .trim();
}

/** Makes messages of bytes that come in pieces. Holds one message at most. */
export class MessageReader {
  readonly #bytes = new Uint8Array(HEADER + MOST_PAYLOAD);
  readonly #view: DataView = new DataView(this.#bytes.buffer);
  #length = 0;
  /** Bytes that were part of no message. */
  skipped = 0;

  clear(): void {
    this.#length = 0;
  }

  /** Takes bytes, and hands over each message that they complete. */
  take(bytes: Uint8Array, hear: (message: AgentMessage) => void): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#length < HEADER) {
        this.#bytes[this.#length++] = bytes[at++]!;
        this.#skipNonsense();
      } else {
        const count = Math.min(this.#wanted - this.#length, bytes.length - at);
        this.#bytes.set(bytes.subarray(at, at + count), this.#length);
        this.#length += count;
        at += count;
      }
      const length = this.#wanted;
      if (this.#length < length || this.#length < HEADER) continue;
      this.#length = 0;
      const request = this.#view.getUint16(4, true);
      hear({ type: this.#bytes[2]!, request, payload: this.#bytes.subarray(HEADER, length) });
    }
  }

  /** Of the message that has begun, as far as is known. */
  get #wanted(): number {
    if (this.#length < HEADER) return HEADER;
    return HEADER + this.#view.getUint16(6, true);
  }

  /** Whether what has come can be the beginning of a message. */
  get #canBegin(): boolean {
    if (this.#length >= 1 && this.#bytes[0] !== MAGIC) return false;
    if (this.#length >= 2 && this.#bytes[1] !== AGENT_VERSION) return false;
    return this.#wanted <= HEADER + MOST_PAYLOAD;
  }

  #skipNonsense(): void {
    while (this.#length > 0 && !this.#canBegin) {
      this.#bytes.copyWithin(0, 1, this.#length);
      this.#length -= 1;
      this.skipped += 1;
    }
  }

  capture(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
  restore(bytes: Uint8Array): void {
    this.#length = 0;
    this.#bytes.set(bytes.subarray(0, HEADER + MOST_PAYLOAD - 1));
    this.#length = Math.min(bytes.length, HEADER + MOST_PAYLOAD - 1);
    this.#skipNonsense();
    if (this.#length >= this.#wanted && this.#length >= HEADER) this.#length = 0;
  }
}

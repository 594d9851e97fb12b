/**
 * One VM's console on the page: the last bytes (a bounded ring of chunks) and who listens. Bytes stay bytes; what they
 * mean is the terminal's business.
 */

import type { Result } from '#base/result';

/** Most bytes that are kept for a console opened later. */
export const BACKLOG_LIMIT: number = 256 * 1024;

const JOIN_BELOW = 2048;

/** Types text of code points 0–255 on a VM's console; the answer says what was refused. */
export type Send = (text: string) => Promise<Result<unknown>>;

/** Receives bytes in order; `dropped` bytes are missing before them. With `anew` all that came before is no more. */
export type ConsoleListener = (bytes: Uint8Array, dropped: number, anew: boolean) => void;

export class ConsoleStream {
  readonly #chunks: Uint8Array[] = [];
  readonly #listeners: Set<ConsoleListener> = new Set();
  readonly #send: Send;
  #kept = 0;
  /** Bytes that have come in all. */
  total = 0;

  constructor(send: Send) {
    this.#send = send;
  }

  /** Bytes from the guest; with `anew` instead of all that came before. */
  append(bytes: Uint8Array, dropped: number, anew = false): void {
    if (anew) this.clear();
    const last = this.#chunks.at(-1);
    // Typing echoes byte by byte: small pieces are joined, so that the bound on bytes is one on memory too.
    if (last !== undefined && last.length + bytes.length <= JOIN_BELOW) {
      const joined = new Uint8Array(last.length + bytes.length);
      joined.set(last);
      joined.set(bytes, last.length);
      this.#chunks[this.#chunks.length - 1] = joined;
    } else this.#chunks.push(bytes);
    this.#kept += bytes.length;
    this.total += bytes.length + dropped;
    while (this.#kept > BACKLOG_LIMIT && this.#chunks.length > 1) this.#kept -= this.#chunks.shift()!.length;
    for (const listener of this.#listeners) listener(bytes, dropped, anew);
  }

  /** Forgets everything (another lab, another VM of the same name). */
  clear(): void {
    this.#chunks.length = 0;
    this.#kept = 0;
    this.total = 0;
  }

  /** Hands over what is kept, then everything new; returns the end of the subscription. */
  attach(listener: ConsoleListener): () => void {
    for (const chunk of this.#chunks) listener(chunk, 0, false);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Types bytes: text as a terminal gives it becomes UTF-8. */
  type(text: string): Promise<Result<unknown>> {
    const bytes = new TextEncoder().encode(text);
    let units = '';
    for (const byte of bytes) units += String.fromCharCode(byte);
    return this.#send(units);
  }

  /** What is kept, as text, for tests and for copying. */
  text(): string {
    const decoder = new TextDecoder();
    return this.#chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('');
  }
}

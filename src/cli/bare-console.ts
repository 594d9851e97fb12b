/** The console of a bare machine: what its serial port and HTIF print, and the terminal at which somebody may type. */
import type { Typist } from './terminal.ts';

/** Bytes that wait to be written together. */
const MOST_WAITING = 4096;

export class BareConsole {
  /** Where somebody types; nobody does unless given. */
  readonly terminal: Typist | undefined;
  readonly #write: (bytes: Uint8Array) => void;
  #bytes = new Uint8Array(MOST_WAITING);
  #length = 0;
  #hasNews = false;

  constructor(write: (bytes: Uint8Array) => void, terminal?: Typist) {
    this.#write = write;
    this.terminal = terminal;
  }

  put(byte: number): void {
    if (this.#length === MOST_WAITING) this.flush();
    this.#bytes[this.#length++] = byte;
    this.#hasNews = true;
  }

  /** True when something was printed since it was asked last. */
  takeNews(): boolean {
    const had = this.#hasNews;
    this.#hasNews = false;
    return had;
  }

  flush(): void {
    if (this.#length === 0) return;
    this.#write(this.#bytes.subarray(0, this.#length));
    this.#bytes = new Uint8Array(MOST_WAITING);
    this.#length = 0;
  }
}

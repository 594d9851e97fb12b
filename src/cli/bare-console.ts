/** What the serial port and HTIF of a bare machine print, written together. */

/** Bytes that wait to be written together. */
const MOST_WAITING = 4096;

export class BareConsole {
  readonly #write: (bytes: Uint8Array) => void;
  #bytes = new Uint8Array(MOST_WAITING);
  #length = 0;
  #hasNews = false;

  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
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

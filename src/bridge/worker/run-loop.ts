/**
 * The loop of the worker: a slice of the machine, then whatever calls have arrived, then the next slice. It yields by
 * a message to itself, since timers are slowed down in hidden tabs and clamped to 4 ms elsewhere.
 */
export class RunLoop {
  readonly #slice: () => number;
  readonly #onCrash: (error: unknown) => void;
  readonly #channel = new MessageChannel();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #scheduled = false;
  #stopped = false;

  /** @param slice does some work and says in how many milliseconds there is more: 0 at once, Infinity when woken */
  constructor(slice: () => number, onCrash: (error: unknown) => void) {
    this.#slice = slice;
    this.#onCrash = onCrash;
    this.#channel.port1.onmessage = () => this.#turn();
  }

  /** There may be something to do. */
  wake(): void {
    if (this.#scheduled || this.#stopped) return;
    clearTimeout(this.#timer);
    this.#scheduled = true;
    this.#channel.port2.postMessage(0);
  }

  /** No further slice. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#channel.port1.close();
  }

  #turn(): void {
    this.#scheduled = false;
    if (this.#stopped) return;
    let waitMs: number;
    try {
      waitMs = this.#slice();
    } catch (error) {
      this.#onCrash(error);
      return;
    }
    if (waitMs === 0) this.wake();
    else if (Number.isFinite(waitMs)) this.#timer = setTimeout(() => this.wake(), waitMs);
  }
}

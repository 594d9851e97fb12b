/**
 * The loop of the worker: a slice of the machine, then whatever calls have arrived, then the next slice. It yields by
 * a message to itself, since timers are slowed down in hidden tabs and clamped to 4 ms elsewhere.
 */
export class RunLoop {
  readonly #slice: () => number;
  readonly #channel = new MessageChannel();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #scheduled = false;

  /**
   * @param slice does some work and says in how many milliseconds there is more: 0 at once, Infinity when woken. What it
   *   throws is our own mistake outside of any host: nothing catches it, and the client starts another worker.
   */
  constructor(slice: () => number) {
    this.#slice = slice;
    this.#channel.port1.onmessage = () => this.#turn();
  }

  /** There may be something to do. */
  wake(): void {
    if (this.#scheduled) return;
    clearTimeout(this.#timer);
    this.#scheduled = true;
    this.#channel.port2.postMessage(0);
  }

  #turn(): void {
    this.#scheduled = false;
    const waitMs = this.#slice();
    if (waitMs === 0) this.wake();
    else if (Number.isFinite(waitMs)) this.#timer = setTimeout(() => this.wake(), waitMs);
  }
}

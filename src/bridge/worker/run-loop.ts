/**
 * The loop of the worker: a slice of the machine, then whatever calls have arrived, then the next slice. When a slice ends
 * is not its affair.
 */

/** Has a function called when everything that has arrived before has had its turn. */
export type Defer = (turn: () => void) => void;

/** By a message to itself, since timers are slowed down in hidden tabs and clamped to 4 ms elsewhere. */
export function deferByMessage(): Defer {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return (turn) => {
    waiting.push(turn);
    port2.postMessage(0);
  };
}

export class RunLoop {
  readonly #slice: () => Promise<number>;
  readonly #defer: Defer;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #scheduled = false;
  /** A slice is under way; woken meanwhile, there is another one behind it. */
  #isBusy = false;
  #isWoken = false;

  /**
   * @param slice does some work and says in how many milliseconds there is more: 0 at once, Infinity when woken. What it
   *   throws is our own mistake outside of any host: nothing catches it, and the client starts another worker.
   */
  constructor(slice: () => Promise<number>, defer: Defer) {
    this.#slice = slice;
    this.#defer = defer;
  }

  /** There may be something to do. */
  wake(): void {
    this.#isWoken = true;
    if (this.#scheduled || this.#isBusy) return;
    clearTimeout(this.#timer);
    this.#scheduled = true;
    this.#defer(() => this.#turn());
  }

  #turn(): void {
    this.#scheduled = false;
    this.#isBusy = true;
    this.#isWoken = false;
    this.#slice().then(
      (waitMs) => this.#ended(waitMs),
      (error: unknown) => {
        // A promise that is rejected ends no worker; what is thrown from nowhere does.
        setTimeout(() => {
          throw error;
        });
      },
    );
  }

  #ended(waitMs: number): void {
    this.#isBusy = false;
    if (waitMs === 0 || this.#isWoken) this.wake();
    else if (Number.isFinite(waitMs)) this.#timer = setTimeout(() => this.wake(), waitMs);
  }
}

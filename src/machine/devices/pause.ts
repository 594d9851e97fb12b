/** What a device does in so long: one event of its own, and what its state holds of that. */
import type { VirtualNs } from '#base/virtual-time';
import type { EventQueue } from '../event-queue.ts';

export interface PauseOptions {
  /** Of its event: unique on its machine. */
  readonly channel: string;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
}

export class Pause {
  readonly #options: PauseOptions;
  #until: VirtualNs | undefined;

  /** @param over it has lasted as long as it was to */
  constructor(options: PauseOptions, over: () => void) {
    this.#options = options;
    options.events.on(options.channel, () => {
      this.#until = undefined;
      over();
    });
  }

  get isOn(): boolean {
    return this.#until !== undefined;
  }
  begin(ns: VirtualNs): void {
    const { channel, events, now } = this.#options;
    this.#until = now() + ns;
    events.schedule(this.#until, channel, 0);
  }
  /** Nothing comes of it any more. */
  end(): void {
    if (this.isOn) this.#options.events.cancel(this.#options.channel, 0);
    this.#until = undefined;
  }
  close(): void {
    this.#options.events.off(this.#options.channel);
  }

  /** How long it lasts still; nothing while there is none. */
  capture(): VirtualNs | undefined {
    return this.#until === undefined ? undefined : this.#until - this.#options.now();
  }
  restore(ns: VirtualNs | undefined): void {
    this.end();
    if (ns !== undefined) this.begin(ns);
  }
}

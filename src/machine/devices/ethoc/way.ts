/** The way of a card to memory where that takes time: a frame to send waits until it is known where its bytes lie. */
import type { VirtualNs } from '#base/virtual-time';
import type { EventQueue } from '../../event-queue.ts';

/** It is asked where the bytes of a frame lie before they are read, and is taken as long as finding out takes. */
export interface CardWay {
  reach(address: number, length: number): void;
  /** How long it is taken still. */
  freeInNs(): VirtualNs;
  /** Of the event when it is free again: unique on its machine. */
  readonly channel: string;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
}

/** What waits for it; without such a way nothing ever does. */
export class WayWait {
  readonly #way: CardWay | undefined;
  #until: VirtualNs | undefined;

  /** @param goOn where the first frame lies has been found out */
  constructor(way: CardWay | undefined, goOn: () => void) {
    this.#way = way;
    way?.events.on(way.channel, () => {
      this.#until = undefined;
      goOn();
    });
  }

  get isOn(): boolean {
    return this.#until !== undefined;
  }

  /** The way is taken, or is now, by finding out where a frame lies: that is sent when this is over. */
  holdsUp(pointer: number, length: number): boolean {
    this.#way?.reach(pointer, length);
    const inNs = this.#way?.freeInNs() ?? 0;
    if (inNs > 0) this.#waitFor(inNs);
    return inNs > 0;
  }
  #waitFor(ns: VirtualNs): void {
    if (this.#way === undefined) return;
    const { events, channel, now } = this.#way;
    this.#until = now() + ns;
    events.schedule(this.#until, channel, 0);
  }

  forget(): void {
    if (this.isOn) this.#way?.events.cancel(this.#way.channel, 0);
    this.#until = undefined;
  }

  /** How long it waits still. */
  capture(): VirtualNs | undefined {
    return this.#until === undefined || this.#way === undefined ? undefined : this.#until - this.#way.now();
  }
  restore(ns: VirtualNs | undefined): void {
    this.forget();
    if (ns !== undefined) this.#waitFor(ns);
  }
}

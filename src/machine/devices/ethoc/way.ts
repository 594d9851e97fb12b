/** The way of a card to memory where that takes time: a frame to send waits until it is known where its bytes lie. */
import type { VirtualNs } from '#base/virtual-time';
import { Pause, type PauseOptions } from '../pause.ts';

/** It is asked where the bytes of a frame lie before they are read, and is taken as long as finding out takes. Its event: when it is free again. */
export interface CardWay extends PauseOptions {
  reach(address: number, length: number): void;
  /** How long it is taken still. */
  freeInNs(): VirtualNs;
}

/** What waits for it; without such a way nothing ever does. */
export class WayWait {
  readonly #way: CardWay | undefined;
  readonly #pause: Pause | undefined;

  /** @param goOn where the first frame lies has been found out */
  constructor(way: CardWay | undefined, goOn: () => void) {
    this.#way = way;
    this.#pause = way && new Pause(way, goOn);
  }

  get isOn(): boolean {
    return this.#pause?.isOn === true;
  }

  /** The way is taken, or is now, by finding out where a frame lies: that is sent when this is over. */
  holdsUp(pointer: number, length: number): boolean {
    this.#way?.reach(pointer, length);
    const inNs = this.#way?.freeInNs() ?? 0;
    if (inNs > 0) this.#pause?.begin(inNs);
    return inNs > 0;
  }

  forget(): void {
    this.#pause?.end();
  }

  /** How long it waits still. */
  capture(): VirtualNs | undefined {
    return this.#pause?.capture();
  }
  restore(ns: VirtualNs | undefined): void {
    this.#pause?.restore(ns);
  }
}

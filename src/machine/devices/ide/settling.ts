/** Between the moment when a request's data has been moved and that when the driver hears of it: to find its memory took time. */
import type { VirtualNs } from '#base/virtual-time';
import { Pause } from '../pause.ts';
import type { IdeOptions } from './options.ts';
import type { SettlingState } from './state.ts';

type SettlingOptions = Pick<IdeOptions, 'channel' | 'events' | 'now' | 'takeMovingNs'>;

export class Settling {
  readonly #options: SettlingOptions;
  readonly #ended: (isGood: boolean) => void;
  /** None where moving takes no time. */
  readonly #pause: Pause | undefined;
  #isGood = false;
  /** For what has been looked up so far. */
  #owedNs: VirtualNs = 0;

  constructor(options: SettlingOptions, ended: (isGood: boolean) => void) {
    this.#options = options;
    this.#ended = ended;
    const { channel, events, now, takeMovingNs } = options;
    if (takeMovingNs === undefined) return;
    this.#pause = new Pause({ channel: `${channel}.moved`, events, now }, () => ended(this.#isGood));
  }

  get isOn(): boolean {
    return this.#pause?.isOn === true;
  }
  /** @param isGood all of the data was moved */
  begin(isGood: boolean): void {
    this.note();
    const ns = this.#owedNs;
    this.#owedNs = 0;
    if (ns === 0) this.#ended(isGood);
    else this.#wait(ns, isGood);
  }
  /** Memory was looked up, for a request that goes on. */
  note(): void {
    this.#owedNs += this.#options.takeMovingNs?.() ?? 0;
  }
  #wait(ns: VirtualNs, isGood: boolean): void {
    this.#isGood = isGood;
    this.#pause?.begin(ns);
  }
  /** Nobody hears of it any more. */
  end(): void {
    this.#owedNs = 0;
    this.#pause?.end();
  }
  close(): void {
    this.end();
    this.#pause?.close();
  }

  capture(): SettlingState | undefined {
    if (this.#pause === undefined) return undefined;
    const { isOn } = this;
    const leftNs = this.#pause.capture() ?? 0;
    return { owedNs: this.#owedNs, isOn, leftNs, isGood: isOn && this.#isGood };
  }
  restore({ owedNs, isOn, leftNs, isGood }: SettlingState): void {
    if (isOn) this.#wait(leftNs, isGood);
    this.#owedNs = owedNs;
  }
}

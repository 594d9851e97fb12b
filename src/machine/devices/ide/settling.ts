/** Between the moment when a request's data has been moved and that when the driver hears of it: to find its memory took time. */
import type { VirtualNs } from '#base/virtual-time';
import type { IdeOptions } from './options.ts';
import type { SettlingState } from './state.ts';

type SettlingOptions = Pick<IdeOptions, 'channel' | 'events' | 'now' | 'takeMovingNs'>;

export class Settling {
  readonly #options: SettlingOptions;
  readonly #channel: string;
  readonly #ended: (isGood: boolean) => void;
  #until: VirtualNs | undefined;
  #isGood = false;
  /** For what has been looked up so far. */
  #owedNs: VirtualNs = 0;

  constructor(options: SettlingOptions, ended: (isGood: boolean) => void) {
    this.#options = options;
    this.#channel = `${options.channel}.moved`;
    this.#ended = ended;
    if (options.takeMovingNs === undefined) return;
    options.events.on(this.#channel, () => {
      this.#until = undefined;
      ended(this.#isGood);
    });
  }

  get isOn(): boolean {
    return this.#until !== undefined;
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
    const { events, now } = this.#options;
    this.#until = now() + ns;
    this.#isGood = isGood;
    events.schedule(this.#until, this.#channel, 0);
  }
  /** Nobody hears of it any more. */
  end(): void {
    this.#owedNs = 0;
    if (this.#until !== undefined) this.#options.events.cancel(this.#channel, 0);
    this.#until = undefined;
  }
  close(): void {
    this.end();
    if (this.#options.takeMovingNs !== undefined) this.#options.events.off(this.#channel);
  }

  capture(): SettlingState | undefined {
    if (this.#options.takeMovingNs === undefined) return undefined;
    const { isOn } = this;
    const leftNs = isOn ? this.#until! - this.#options.now() : 0;
    return { owedNs: this.#owedNs, isOn, leftNs, isGood: isOn && this.#isGood };
  }
  restore({ owedNs, isOn, leftNs, isGood }: SettlingState): void {
    if (isOn) this.#wait(leftNs, isGood);
    this.#owedNs = owedNs;
  }
}

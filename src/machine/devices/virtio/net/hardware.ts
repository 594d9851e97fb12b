/**
 * A virtio card that is hardware on a machine's bus. The store that rings a doorbell is over before it looks at that ring: it reads what
 * a driver has put there in events of its own, and never in the middle of an instruction, and not before its way to memory is free.
 */
import { SnapshotFormatError } from '#base/state/bytes';
import { type PartState, partState, stateIn } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import { Pause } from '../../pause.ts';
import { type NetOptions, VirtioNet } from './device.ts';
import { HARDWARE_NET, MOST_RUNG } from './hardware-state.ts';

export interface HardwareNetOptions extends Omit<NetOptions, 'pairs'> {
  /** How long its way to memory is taken still. */
  readonly freeInNs: () => VirtualNs;
}

export class HardwareNet extends VirtioNet {
  readonly #options: HardwareNetOptions;
  /** Until it looks. */
  readonly #look: Pause;
  /** Doorbells that were rung since it looked last, in order. */
  #rung: number[] = [];

  constructor(options: HardwareNetOptions) {
    super(options);
    this.#options = options;
    const { events, now } = options;
    this.#look = new Pause({ channel: `${options.channel}-doorbell`, events, now }, () => this.#hear());
  }

  override notify(queue: number): void {
    if (queue < MOST_RUNG && !this.#rung.includes(queue)) this.#rung.push(queue);
    if (!this.#look.isOn) this.#look.begin(this.#options.freeInNs());
  }
  #hear(): void {
    const rung = this.#rung;
    this.#rung = [];
    for (const queue of rung) super.notify(queue);
  }

  override reset(): void {
    super.reset();
    this.#look.end();
    this.#rung = [];
  }

  override capture(): PartState {
    return partState(HARDWARE_NET, {
      ...{ rung: this.#rung, looksInNs: this.#look.capture(), net: super.capture() },
    });
  }
  override restore(saved: PartState): void {
    const { rung, looksInNs, net } = stateIn(HARDWARE_NET, saved);
    if (looksInNs === undefined && rung.length > 0)
      throw new SnapshotFormatError('a doorbell that nobody hears');
    super.restore(net);
    this.#rung = [...rung];
    this.#look.restore(looksInNs);
  }
}

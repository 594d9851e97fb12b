/**
 * A virtio card that is hardware on a machine's bus. The store that rings a doorbell is over before it looks at that ring: it reads what
 * a driver has put there in events of its own, and never in the middle of an instruction, and not before its way to memory is free.
 */
import { SnapshotFormatError } from '#base/state/bytes';
import { type PartState, partState, stateIn } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import { type NetOptions, VirtioNet } from './device.ts';
import { HARDWARE_NET, MOST_RUNG } from './hardware-state.ts';

export interface HardwareNetOptions extends Omit<NetOptions, 'pairs'> {
  /** How long its way to memory is taken still. */
  readonly freeInNs: () => VirtualNs;
}

export class HardwareNet extends VirtioNet {
  readonly #channel: string;
  readonly #options: HardwareNetOptions;
  /** Doorbells that were rung since it looked last, in order. */
  #rung: number[] = [];
  #looksAt: VirtualNs | undefined;

  constructor(options: HardwareNetOptions) {
    super(options);
    this.#options = options;
    this.#channel = `${options.channel}-doorbell`;
    options.events.on(this.#channel, () => this.#look());
  }

  override notify(queue: number): void {
    if (queue < MOST_RUNG && !this.#rung.includes(queue)) this.#rung.push(queue);
    if (this.#looksAt === undefined) this.#lookIn(this.#options.freeInNs());
  }
  #lookIn(ns: VirtualNs): void {
    const { events, now } = this.#options;
    this.#looksAt = now() + ns;
    events.schedule(this.#looksAt, this.#channel, 0);
  }
  #look(): void {
    const rung = this.#rung;
    this.#rung = [];
    this.#looksAt = undefined;
    for (const queue of rung) super.notify(queue);
  }

  override reset(): void {
    super.reset();
    this.#forgetLook();
  }
  #forgetLook(): void {
    if (this.#looksAt !== undefined) this.#options.events.cancel(this.#channel, 0);
    this.#looksAt = undefined;
    this.#rung = [];
  }

  override capture(): PartState {
    const looksInNs = this.#looksAt === undefined ? undefined : this.#looksAt - this.#options.now();
    return partState(HARDWARE_NET, { rung: this.#rung, looksInNs, net: super.capture() });
  }
  override restore(saved: PartState): void {
    const { rung, looksInNs, net } = stateIn(HARDWARE_NET, saved);
    if (looksInNs === undefined && rung.length > 0)
      throw new SnapshotFormatError('a doorbell that nobody hears');
    super.restore(net);
    this.#forgetLook();
    this.#rung = [...rung];
    if (looksInNs !== undefined) this.#lookIn(looksInNs);
  }
}

/**
 * A virtio disk that is hardware on a machine's bus. The store that rings its doorbell is over before it looks at the rings: it reads and
 * writes memory in events of its own, and never in the middle of an instruction. What its way to memory has taken holds its next look up.
 */
import { type PartState, partState, stateIn } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import { type BlockOptions, VirtioBlock } from './device.ts';
import { HARDWARE_BLOCK } from './hardware-state.ts';

export interface HardwareBlockOptions extends Omit<BlockOptions, 'queues'> {
  /** How long its ways to memory have taken since it was asked last. */
  readonly takeMovingNs: () => VirtualNs;
}

/** The queue that it has. */
const QUEUE = 0;

export class HardwareBlock extends VirtioBlock {
  readonly #channel: string;
  readonly #options: HardwareBlockOptions;
  #looksAt: VirtualNs | undefined;
  /** Time that it has not waited for yet. */
  #owedNs: VirtualNs = 0;

  constructor(options: HardwareBlockOptions) {
    super(options);
    this.#options = options;
    this.#channel = `${options.channel}-doorbell`;
    options.events.on(this.#channel, () => {
      this.#looksAt = undefined;
      super.notify(QUEUE);
      this.#owedNs += options.takeMovingNs();
    });
  }

  override notify(queue: number): void {
    if (queue !== QUEUE || this.#looksAt !== undefined) return;
    this.#lookIn(this.#owedNs);
    this.#owedNs = 0;
  }
  #lookIn(ns: VirtualNs): void {
    const { events, now } = this.#options;
    this.#looksAt = now() + ns;
    events.schedule(this.#looksAt, this.#channel, QUEUE);
  }

  override done(tag: number): void {
    super.done(tag);
    this.#owedNs += this.#options.takeMovingNs();
  }

  override withdrawn(queue: number): void {
    if (this.#looksAt !== undefined) this.#options.events.cancel(this.#channel, QUEUE);
    this.#looksAt = undefined;
    super.withdrawn(queue);
  }
  override reset(): void {
    super.reset();
    this.#owedNs = 0;
  }

  override capture(): PartState {
    const looksInNs = this.#looksAt === undefined ? undefined : this.#looksAt - this.#options.now();
    return partState(HARDWARE_BLOCK, { looksInNs, owedNs: this.#owedNs, block: super.capture() });
  }
  override restore(saved: PartState): void {
    const { looksInNs, owedNs, block } = stateIn(HARDWARE_BLOCK, saved);
    super.restore(block);
    this.#owedNs = owedNs;
    if (looksInNs !== undefined) this.#lookIn(looksInNs);
  }
}

/**
 * A virtio disk that is hardware on a machine's bus. The store that rings its doorbell is over before it looks at the rings: it reads and
 * writes memory in events of its own, and never in the middle of an instruction. What its way to memory has taken holds its next look up.
 */
import { type PartState, partState, stateIn } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import { Pause } from '../../pause.ts';
import { type BlockOptions, VirtioBlock } from './device.ts';
import { HARDWARE_BLOCK } from './hardware-state.ts';

export interface HardwareBlockOptions extends Omit<BlockOptions, 'queues'> {
  /** How long its ways to memory have taken since it was asked last. */
  readonly takeMovingNs: () => VirtualNs;
}

/** The queue that it has. */
const QUEUE = 0;

export class HardwareBlock extends VirtioBlock {
  readonly #options: HardwareBlockOptions;
  /** Until it looks. */
  readonly #look: Pause;
  /** Time that it has not waited for yet. */
  #owedNs: VirtualNs = 0;

  constructor(options: HardwareBlockOptions) {
    super(options);
    this.#options = options;
    const { events, now } = options;
    this.#look = new Pause({ channel: `${options.channel}-doorbell`, events, now }, () => {
      super.notify(QUEUE);
      this.#owedNs += options.takeMovingNs();
    });
  }

  override notify(queue: number): void {
    if (queue !== QUEUE || this.#look.isOn) return;
    this.#look.begin(this.#owedNs);
    this.#owedNs = 0;
  }

  override done(tag: number): void {
    super.done(tag);
    this.#owedNs += this.#options.takeMovingNs();
  }

  override withdrawn(queue: number): void {
    this.#look.end();
    super.withdrawn(queue);
  }
  override reset(): void {
    super.reset();
    this.#owedNs = 0;
  }

  override capture(): PartState {
    return partState(HARDWARE_BLOCK, {
      ...{ looksInNs: this.#look.capture(), owedNs: this.#owedNs, block: super.capture() },
    });
  }
  override restore(saved: PartState): void {
    const { looksInNs, owedNs, block } = stateIn(HARDWARE_BLOCK, saved);
    super.restore(block);
    this.#owedNs = owedNs;
    this.#look.restore(looksInNs);
  }
}

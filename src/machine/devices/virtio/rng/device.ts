/**
 * virtio entropy device over a seeded generator, so that a scenario's guests draw the same numbers in every run.
 */
import { type PartState, partState, stateIn } from '#base/state/part';
import { RandomGenerator } from '../../../random-generator.ts';
import type { CounterRow, Counters } from '../../counters.ts';
import type { RegisterRow } from '../../register.ts';
import { DescriptorChain, type Reach } from '../descriptor-chain.ts';
import type { VirtioDevice, VirtioPort } from '../virtio-device.ts';
import * as reg from './registers.ts';
import { RNG } from './state.ts';

export interface RngOptions {
  readonly seed: number;
}

/** Bytes given to one request: a device may give less than was asked for, if not nothing (§5.4.6.1). */
const REQUEST_LIMIT = 4096;

const REACH: Reach = { readable: 0, writable: REQUEST_LIMIT };

export class VirtioRng implements VirtioDevice {
  readonly kind = 'rng';
  readonly deviceId: number = reg.DEVICE_ID;
  readonly inOrder = true;
  readonly features: number = 0;
  readonly queueSizes: readonly number[] = [reg.QUEUE_SIZE];
  readonly config: Uint8Array = new Uint8Array(0);
  readonly configRegisters: readonly RegisterRow[] = [];
  readonly counters: Counters<'bytesOut'> = { bytesOut: 0 };
  readonly counterRows: readonly CounterRow[] = [
    { id: 'bytesOut', unit: 'bytes', text: { en: 'given', zh: '给出' } },
  ];
  readonly #seed: number;
  readonly #generator: RandomGenerator;
  readonly #chain = new DescriptorChain(reg.QUEUE_SIZE);
  readonly #scratch = new Uint8Array(REQUEST_LIMIT);
  #port: VirtioPort | undefined;

  constructor(options: RngOptions) {
    this.#seed = options.seed;
    this.#generator = new RandomGenerator(options.seed);
  }

  plugged(port: VirtioPort): void {
    this.#port = port;
  }

  unplugged(): void {
    this.#port = undefined;
  }

  notify(): void {
    const port = this.#port;
    if (port === undefined) return;
    const queue = port.queue(reg.REQUEST_QUEUE);
    queue.beginService();
    let completed = 0;
    while (completed < queue.size && queue.next(this.#chain, REACH)) {
      const bytes = this.#scratch.subarray(0, Math.min(this.#chain.writable, REQUEST_LIMIT));
      this.#generator.fill(bytes);
      if (!this.#chain.write(port.memory, 0, bytes)) {
        port.fail();
        return;
      }
      queue.complete(this.#chain, bytes.length);
      this.counters.bytesOut += bytes.length;
      completed += 1;
    }
    if (completed > 0) port.used(reg.REQUEST_QUEUE);
  }

  reset(): void {}

  /** What the original draws next would be no secret of the copy's. */
  becomeCopy(): void {
    this.#generator.restore(new RandomGenerator(this.#seed).capture());
  }

  capture(): PartState {
    return partState(RNG, { generator: this.#generator.capture(), bytesOut: this.counters.bytesOut });
  }

  restore(saved: PartState): void {
    const { generator, bytesOut } = stateIn(RNG, saved);
    this.#generator.restore(generator);
    this.counters.bytesOut = bytesOut;
  }
}

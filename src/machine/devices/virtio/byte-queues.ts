/**
 * Bytes through a pair of virtqueues, as a terminal and the port of an agent have them (virtio 1.2, §5.3.6). A guest that floods it is
 * slowed down in virtual time; nothing grows.
 */
import type { VirtualNs } from '#base/virtual-time';
import { ByteRing } from '../byte-ring.ts';
import type { Counters } from '../counters.ts';
import { Pause, type PauseOptions } from '../pause.ts';
import { DescriptorChain, type Reach } from './descriptor-chain.ts';
import type { VirtioPort } from './virtio-device.ts';

const SCRATCH = 4096;

export interface ByteQueuesOptions extends PauseOptions {
  readonly receiveQueue: number;
  readonly transmitQueue: number;
  readonly queueSize: number;
  /** Bytes that may wait for the guest. */
  readonly inputLimit: number;
  /** Bytes taken in one service, and from one chain: what a guest sends beyond the latter is cut off. */
  readonly serviceLimit: number;
  /** Rest after a service that reached the limit. */
  readonly pauseNs: VirtualNs;
  readonly counters: Counters<'bytesIn' | 'bytesOut' | 'truncatedBytes' | 'pauses'>;
  /** Takes output; the bytes are valid only during the call. */
  readonly output: (bytes: Uint8Array) => void;
}

export class ByteQueues {
  /** Bytes that wait for the guest. */
  readonly input: ByteRing;
  readonly #options: ByteQueuesOptions;
  readonly #reach: Reach;
  /** A pair for each direction: who hears may answer at once. */
  readonly #received: DescriptorChain;
  readonly #receiveScratch = new Uint8Array(SCRATCH);
  readonly #transmitted: DescriptorChain;
  readonly #transmitScratch = new Uint8Array(SCRATCH);
  #port: VirtioPort | undefined;
  /** Output rests, until this continues it. */
  #rest: Pause | undefined;

  constructor(options: ByteQueuesOptions) {
    this.#options = options;
    this.#reach = { readable: options.serviceLimit, writable: SCRATCH };
    this.#received = new DescriptorChain(options.queueSize);
    this.#transmitted = new DescriptorChain(options.queueSize);
    this.input = new ByteRing(options.inputLimit);
  }

  plugged(port: VirtioPort): void {
    this.#port = port;
    this.#rest = new Pause(this.#options, () => this.transmit());
  }

  unplugged(): void {
    this.#port = undefined;
    this.#rest?.close();
    this.#rest = undefined;
  }

  /** Output rests no more; what waits for the guest stays. */
  reset(): void {
    this.#rest?.end();
  }

  /** Time until output goes on, if it rests. */
  get resumesIn(): VirtualNs | undefined {
    return this.#rest?.capture();
  }
  restore(resumesIn: VirtualNs | undefined): void {
    this.#rest?.restore(resumesIn);
  }

  /** Offers bytes to the guest, and says how many were accepted. */
  send(bytes: Uint8Array): number {
    const accepted = this.input.push(bytes);
    this.receive();
    return accepted;
  }

  /** Fills the guest's buffers with bytes that wait. */
  receive(): void {
    const port = this.#port;
    if (port === undefined || !port.live || this.input.length === 0) return;
    const { receiveQueue, counters } = this.#options;
    const queue = port.queue(receiveQueue);
    queue.beginService();
    let completed = false;
    while (this.input.length > 0 && queue.next(this.#received, this.#reach)) {
      const length = Math.min(this.#received.writable, SCRATCH);
      const count = this.input.take(this.#receiveScratch.subarray(0, length));
      if (!this.#received.write(port.memory, 0, this.#receiveScratch.subarray(0, count))) {
        port.fail();
        return;
      }
      queue.complete(this.#received, count);
      counters.bytesIn += count;
      completed = true;
    }
    if (completed) port.used(receiveQueue);
  }

  /** Takes output until there is none, or the service's limit is reached and an event continues. */
  transmit(): void {
    const port = this.#port;
    if (port === undefined || !port.live || this.#rest?.isOn === true) return;
    const { transmitQueue, serviceLimit, pauseNs, counters } = this.#options;
    const queue = port.queue(transmitQueue);
    queue.beginService();
    let taken = 0;
    let completed = false;
    while (taken < serviceLimit && queue.next(this.#transmitted, this.#reach)) {
      const length = Math.min(this.#transmitted.readable, serviceLimit);
      if (!this.#emit(port, length)) {
        port.fail();
        return;
      }
      queue.complete(this.#transmitted, 0);
      counters.truncatedBytes += this.#transmitted.readable - length;
      taken += length;
      completed = true;
    }
    if (completed) port.used(transmitQueue);
    if (taken < serviceLimit) return;
    counters.pauses += 1;
    this.#rest?.begin(pauseNs);
  }

  #emit(port: VirtioPort, length: number): boolean {
    const { counters, output } = this.#options;
    for (let at = 0; at < length; at += SCRATCH) {
      const part = this.#transmitScratch.subarray(0, Math.min(length - at, SCRATCH));
      if (!this.#transmitted.read(port.memory, at, part)) return false;
      counters.bytesOut += part.length;
      output(part);
    }
    return true;
  }
}

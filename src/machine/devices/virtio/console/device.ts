/**
 * virtio console: bytes between a guest and whoever sits at the terminal. A guest that floods it is slowed down in
 * virtual time; nothing grows.
 */
import { refill } from '#base/state/bytes';
import { type PartState, partState, stateIn } from '#base/state/part';
import { NS_PER_MS, type VirtualNs } from '#base/virtual-time';
import type { EventQueue } from '../../../event-queue.ts';
import { ByteRing } from '../../byte-ring.ts';
import { type CounterRow, type Counters, namesOf, zeroCounters } from '../../counters.ts';
import type { RegisterRow } from '../../register.ts';
import { DescriptorChain, type Reach } from '../descriptor-chain.ts';
import type { ResetCause, TerminalSize, VirtioDevice, VirtioPort } from '../virtio-device.ts';
import { CONSOLE_COUNTERS, type ConsoleCounter } from './metrics.ts';
import * as reg from './registers.ts';
import { CONSOLE } from './state.ts';

export interface ConsoleOptions {
  /** Channel of this device's events: unique on the host. */
  readonly channel: string;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
  /** Takes output; the bytes are valid only during the call. */
  readonly output: (bytes: Uint8Array) => void;
}

/** Bytes that may wait for the guest. */
export const CONSOLE_INPUT_LIMIT: number = 64 * 1024;
/** Output taken in one service, and from one chain: what a guest sends beyond the latter is cut off. */
const SERVICE_LIMIT: number = 64 * 1024;
/** Pause after a service that reached the limit: 64 MB/s at most. */
const PAUSE_NS: VirtualNs = NS_PER_MS;

const SCRATCH = 4096;
const REACH: Reach = { readable: SERVICE_LIMIT, writable: SCRATCH };

/** Also the size of every terminal that cannot say its size: those of old. */
export const DEFAULT_COLUMNS = 80;
export const DEFAULT_ROWS = 25;

export class VirtioConsole implements VirtioDevice {
  readonly kind = 'console';
  readonly deviceId: number = reg.DEVICE_ID;
  readonly features: number = reg.F_SIZE;
  readonly queueSizes: readonly number[] = [reg.QUEUE_SIZE, reg.QUEUE_SIZE];
  readonly config: Uint8Array = new Uint8Array(reg.CONFIG_SIZE);
  readonly configRegisters: readonly RegisterRow[] = reg.CONFIG_REGISTERS;
  readonly counters: Counters<ConsoleCounter> = zeroCounters(namesOf(CONSOLE_COUNTERS));
  readonly counterRows: readonly CounterRow[] = CONSOLE_COUNTERS;
  readonly #options: ConsoleOptions;
  readonly #input = new ByteRing(CONSOLE_INPUT_LIMIT);
  readonly #chain = new DescriptorChain(reg.QUEUE_SIZE);
  readonly #scratch = new Uint8Array(SCRATCH);
  #port: VirtioPort | undefined;
  /** Output rests until then, when an event continues it. */
  #resumesAt: VirtualNs | undefined;

  constructor(options: ConsoleOptions) {
    this.#options = options;
    this.#setSize(DEFAULT_COLUMNS, DEFAULT_ROWS);
  }

  plugged(port: VirtioPort): void {
    this.#port = port;
    this.#options.events.on(this.#options.channel, () => {
      this.#resumesAt = undefined;
      this.#transmit();
    });
  }

  unplugged(): void {
    this.#port = undefined;
    this.#resumesAt = undefined;
    this.#options.events.off(this.#options.channel);
  }

  /** Offers typed bytes to the guest, and says how many were accepted: the queue is bounded. */
  input(bytes: Uint8Array): number {
    const accepted = this.#input.push(bytes);
    this.#receive();
    return accepted;
  }

  /** The terminal's size has changed. */
  resize(columns: number, rows: number): void {
    this.#setSize(columns, rows);
    this.#port?.configChanged();
  }

  get terminalSize(): TerminalSize {
    const view = new DataView(this.config.buffer);
    const columns = view.getUint16(reg.CONFIG_COLUMNS, true);
    const rows = view.getUint16(reg.CONFIG_ROWS, true);
    return { columns, rows, follows: this.#port?.live === true && this.#port.accepted(reg.F_SIZE) };
  }

  notify(queue: number): void {
    if (queue === reg.RECEIVE_QUEUE) this.#receive();
    else if (this.#resumesAt === undefined) this.#transmit();
  }

  /** What was typed ahead stays when a driver starts. */
  reset(cause: ResetCause): void {
    if (cause === 'system') this.#input.clear();
    this.#resumesAt = undefined;
    this.#options.events.cancel(this.#options.channel, 0);
  }

  capture(): PartState {
    const resumesAt = this.#resumesAt;
    return partState(CONSOLE, {
      config: this.config,
      resumesIn: resumesAt === undefined ? undefined : resumesAt - this.#options.now(),
      input: this.#input.capture(),
      counters: this.counters,
    });
  }

  restore(saved: PartState): void {
    const state = stateIn(CONSOLE, saved);
    refill(this.config, state.config, 'the configuration space');
    this.#options.events.cancel(this.#options.channel, 0);
    this.#resumesAt = undefined;
    if (state.resumesIn !== undefined) this.#resumeIn(state.resumesIn);
    this.#input.restore(state.input);
    Object.assign(this.counters, state.counters);
  }

  #setSize(columns: number, rows: number): void {
    const view = new DataView(this.config.buffer);
    view.setUint16(reg.CONFIG_COLUMNS, columns, true);
    view.setUint16(reg.CONFIG_ROWS, rows, true);
  }

  /** Fills the guest's buffers with waiting input. */
  #receive(): void {
    const port = this.#port;
    if (port === undefined || !port.live || this.#input.length === 0) return;
    const queue = port.queue(reg.RECEIVE_QUEUE);
    queue.beginService();
    let completed = false;
    while (this.#input.length > 0 && queue.next(this.#chain, REACH)) {
      const length = Math.min(this.#chain.writable, this.#scratch.length);
      const count = this.#input.take(this.#scratch.subarray(0, length));
      if (!this.#chain.write(port.memory, 0, this.#scratch.subarray(0, count))) {
        port.fail();
        return;
      }
      queue.complete(this.#chain, count);
      this.counters.bytesIn += count;
      completed = true;
    }
    if (completed) port.used(reg.RECEIVE_QUEUE);
  }

  /** Takes output until there is none, or the service's limit is reached and an event continues. */
  #transmit(): void {
    const port = this.#port;
    if (port === undefined || !port.live) return;
    const queue = port.queue(reg.TRANSMIT_QUEUE);
    queue.beginService();
    let taken = 0;
    let completed = false;
    while (taken < SERVICE_LIMIT && queue.next(this.#chain, REACH)) {
      const length = Math.min(this.#chain.readable, SERVICE_LIMIT);
      if (!this.#emit(port, length)) {
        port.fail();
        return;
      }
      queue.complete(this.#chain, 0);
      this.counters.truncatedBytes += this.#chain.readable - length;
      taken += length;
      completed = true;
    }
    if (completed) port.used(reg.TRANSMIT_QUEUE);
    if (taken < SERVICE_LIMIT) return;
    this.counters.pauses += 1;
    this.#resumeIn(PAUSE_NS);
  }

  #resumeIn(ns: VirtualNs): void {
    const { now, events, channel } = this.#options;
    this.#resumesAt = now() + ns;
    events.schedule(this.#resumesAt, channel, 0);
  }

  #emit(port: VirtioPort, length: number): boolean {
    for (let at = 0; at < length; at += this.#scratch.length) {
      const part = this.#scratch.subarray(0, Math.min(length - at, this.#scratch.length));
      if (!this.#chain.read(port.memory, at, part)) return false;
      this.counters.bytesOut += part.length;
      this.#options.output(part);
    }
    return true;
  }
}

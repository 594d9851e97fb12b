/** virtio console: bytes between a guest and whoever sits at the terminal, and the terminal's size. */
import { refill } from '#base/state/bytes';
import { type PartState, partState, stateIn } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import type { EventQueue } from '../../../event-queue.ts';
import { type CounterRow, type Counters, namesOf, zeroCounters } from '../../counters.ts';
import type { RegisterRow } from '../../register.ts';
import { ByteQueues } from '../byte-queues.ts';
import {
  CONFIG_COLUMNS,
  CONFIG_ROWS,
  CONFIG_SIZE,
  CONSOLE_INPUT_LIMIT,
  DEFAULT_COLUMNS,
  DEFAULT_ROWS,
  PAUSE_NS,
  SERVICE_LIMIT,
  SIZE_REGISTERS,
} from '../terminal.ts';
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

export class VirtioConsole implements VirtioDevice {
  readonly kind = 'console';
  readonly deviceId: number = reg.DEVICE_ID;
  readonly inOrder = true;
  readonly features: number = reg.F_SIZE;
  readonly queueSizes: readonly number[] = [reg.QUEUE_SIZE, reg.QUEUE_SIZE];
  readonly config: Uint8Array = new Uint8Array(CONFIG_SIZE);
  readonly configRegisters: readonly RegisterRow[] = SIZE_REGISTERS;
  readonly counters: Counters<ConsoleCounter> = zeroCounters(namesOf(CONSOLE_COUNTERS));
  readonly counterRows: readonly CounterRow[] = CONSOLE_COUNTERS;
  readonly #bytes: ByteQueues;
  #port: VirtioPort | undefined;

  constructor(options: ConsoleOptions) {
    this.#bytes = new ByteQueues({
      ...options,
      ...{ receiveQueue: reg.RECEIVE_QUEUE, transmitQueue: reg.TRANSMIT_QUEUE, queueSize: reg.QUEUE_SIZE },
      ...{ inputLimit: CONSOLE_INPUT_LIMIT, serviceLimit: SERVICE_LIMIT, pauseNs: PAUSE_NS },
      counters: this.counters,
    });
    this.#setSize(DEFAULT_COLUMNS, DEFAULT_ROWS);
  }

  plugged(port: VirtioPort): void {
    this.#port = port;
    this.#bytes.plugged(port);
  }

  unplugged(): void {
    this.#port = undefined;
    this.#bytes.unplugged();
  }

  /** Offers typed bytes to the guest, and says how many were accepted: the queue is bounded. */
  input(bytes: Uint8Array): number {
    return this.#bytes.send(bytes);
  }

  /** The terminal's size has changed. */
  resize(columns: number, rows: number): void {
    this.#setSize(columns, rows);
    this.#port?.configChanged();
  }

  get terminalSize(): TerminalSize {
    const view = new DataView(this.config.buffer);
    const columns = view.getUint16(CONFIG_COLUMNS, true);
    const rows = view.getUint16(CONFIG_ROWS, true);
    return { columns, rows, follows: this.#port?.live === true && this.#port.accepted(reg.F_SIZE) };
  }

  notify(queue: number): void {
    if (queue === reg.RECEIVE_QUEUE) this.#bytes.receive();
    else this.#bytes.transmit();
  }

  /** What was typed ahead stays when a driver starts. */
  reset(cause: ResetCause): void {
    if (cause === 'system') this.#bytes.input.clear();
    this.#bytes.reset();
  }

  capture(): PartState {
    return partState(CONSOLE, {
      config: this.config,
      resumesIn: this.#bytes.resumesIn,
      input: this.#bytes.input.capture(),
      counters: this.counters,
    });
  }

  restore(saved: PartState): void {
    const state = stateIn(CONSOLE, saved);
    refill(this.config, state.config, 'the configuration space');
    this.#bytes.restore(state.resumesIn);
    this.#bytes.input.restore(state.input);
    Object.assign(this.counters, state.counters);
  }

  #setSize(columns: number, rows: number): void {
    const view = new DataView(this.config.buffer);
    view.setUint16(CONFIG_COLUMNS, columns, true);
    view.setUint16(CONFIG_ROWS, rows, true);
  }
}

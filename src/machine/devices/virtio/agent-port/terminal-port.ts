/** The terminal as a port of a device with several (virtio 1.2, §5.3.6): bytes, and its size, which is said in the configuration space too. */
import { type Counters, namesOf, zeroCounters } from '../../counters.ts';
import { ByteQueues, type ByteQueuesOptions } from '../byte-queues.ts';
import {
  CONFIG_COLUMNS,
  CONFIG_ROWS,
  CONSOLE_INPUT_LIMIT,
  DEFAULT_COLUMNS,
  DEFAULT_ROWS,
  PAUSE_NS,
  SERVICE_LIMIT,
  TERMINAL_COUNTERS,
  type TerminalCounter,
} from '../terminal.ts';
import type { ResetCause } from '../virtio-device.ts';
import * as reg from './registers.ts';
import type { TerminalPortState } from './state.ts';

export class TerminalPort {
  readonly bytes: ByteQueues;
  readonly counters: Counters<TerminalCounter> = zeroCounters(namesOf(TERMINAL_COUNTERS));
  readonly #size: DataView;
  #isOpen = false;

  /** @param config the configuration space of its device */
  constructor(options: Pick<ByteQueuesOptions, 'channel' | 'events' | 'now' | 'output'>, config: Uint8Array) {
    this.#size = new DataView(config.buffer);
    this.bytes = new ByteQueues({
      ...options,
      channel: `${options.channel}.terminal`,
      ...{ receiveQueue: reg.RECEIVE_QUEUE, transmitQueue: reg.TRANSMIT_QUEUE, queueSize: reg.QUEUE_SIZE },
      ...{ inputLimit: CONSOLE_INPUT_LIMIT, serviceLimit: SERVICE_LIMIT, pauseNs: PAUSE_NS },
      counters: this.counters,
    });
    this.resize(DEFAULT_COLUMNS, DEFAULT_ROWS);
  }

  get columns(): number {
    return this.#size.getUint16(CONFIG_COLUMNS, true);
  }
  get rows(): number {
    return this.#size.getUint16(CONFIG_ROWS, true);
  }
  resize(columns: number, rows: number): void {
    this.#size.setUint16(CONFIG_COLUMNS, columns, true);
    this.#size.setUint16(CONFIG_ROWS, rows, true);
  }

  setOpen(isOpen: boolean): void {
    this.#isOpen = isOpen;
  }

  reset(cause: ResetCause): void {
    if (cause === 'system') this.bytes.input.clear();
    this.bytes.reset();
    this.#isOpen = false;
  }

  capture(): TerminalPortState {
    const { columns, rows, counters, bytes } = this;
    const { resumesIn, input } = bytes;
    return { columns, rows, isOpen: this.#isOpen, resumesIn, input: input.capture(), counters };
  }

  restore({ columns, rows, isOpen, resumesIn, input, counters }: TerminalPortState): void {
    this.resize(columns, rows);
    this.#isOpen = isOpen;
    this.bytes.restore(resumesIn);
    this.bytes.input.restore(input);
    Object.assign(this.counters, counters);
  }
}

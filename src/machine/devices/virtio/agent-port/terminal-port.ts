/** The terminal as a port of a device with several (virtio 1.2, §5.3.6): bytes, and its size, which is said in the configuration space too. */
import { NS_PER_MS, type VirtualNs } from '#base/virtual-time';
import { type Counters, namesOf, zeroCounters } from '../../counters.ts';
import { ByteQueues, type ByteQueuesOptions } from '../byte-queues.ts';
import { CONSOLE_INPUT_LIMIT, DEFAULT_COLUMNS, DEFAULT_ROWS } from '../console/device.ts';
import { CONSOLE_COUNTERS, type ConsoleCounter } from '../console/metrics.ts';
import type { ResetCause } from '../virtio-device.ts';
import * as reg from './registers.ts';
import type { TerminalPortState } from './state.ts';

const SERVICE_LIMIT: number = 64 * 1024;
const PAUSE_NS: VirtualNs = NS_PER_MS;

export class TerminalPort {
  readonly bytes: ByteQueues;
  readonly counters: Counters<ConsoleCounter> = zeroCounters(namesOf(CONSOLE_COUNTERS));
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
    return this.#size.getUint16(reg.CONFIG_COLUMNS, true);
  }
  get rows(): number {
    return this.#size.getUint16(reg.CONFIG_ROWS, true);
  }
  resize(columns: number, rows: number): void {
    this.#size.setUint16(reg.CONFIG_COLUMNS, columns, true);
    this.#size.setUint16(reg.CONFIG_ROWS, rows, true);
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

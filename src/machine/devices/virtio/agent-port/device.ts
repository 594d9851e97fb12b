/**
 * The port by which the hypervisor and an agent in the guest speak: a virtio console with one named port and no terminal. What the
 * bytes mean is not its affair.
 */

import { type PartState, partState, stateIn } from '#base/state/part';
import { NS_PER_MS, type VirtualNs } from '#base/virtual-time';
import type { EventQueue } from '../../../event-queue.ts';
import { type CounterRow, type Counters, namesOf, zeroCounters } from '../../counters.ts';
import type { RegisterRow } from '../../register.ts';
import { ByteQueues } from '../byte-queues.ts';
import { DescriptorChain, type Reach } from '../descriptor-chain.ts';
import type { BytePort, ResetCause, VirtioDevice, VirtioPort } from '../virtio-device.ts';
import { AGENT_PORT_COUNTERS, type AgentPortCounter } from './metrics.ts';
import * as reg from './registers.ts';
import { AGENT_PORT, MOST_CONTROL } from './state.ts';

export interface AgentPortOptions {
  /** Channel of this device's events: unique on the host. */
  readonly channel: string;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
}

/** Bytes that may wait for the guest. */
export const AGENT_INPUT_LIMIT: number = 16 * 1024;
/** Output taken in one service, and the pause after one that reached it: 16 MB/s at most. */
const SERVICE_LIMIT: number = 16 * 1024;
const PAUSE_NS: VirtualNs = NS_PER_MS;
/** The longest control message is ours, with the port's name. */
const CONTROL_REACH: Reach = { readable: 4096, writable: 4096 };

export class VirtioAgentPort implements VirtioDevice {
  readonly kind = 'agent';
  readonly deviceId: number = reg.DEVICE_ID;
  readonly inOrder = true;
  readonly features: number = reg.F_MULTIPORT;
  readonly queueSizes: readonly number[] = new Array<number>(4).fill(reg.QUEUE_SIZE);
  readonly config: Uint8Array = new Uint8Array(reg.CONFIG_SIZE);
  readonly configRegisters: readonly RegisterRow[] = reg.CONFIG_REGISTERS;
  readonly counters: Counters<AgentPortCounter> = zeroCounters(namesOf(AGENT_PORT_COUNTERS));
  readonly counterRows: readonly CounterRow[] = AGENT_PORT_COUNTERS;
  /** The host's end. */
  readonly bytePort: BytePort;
  readonly #bytes: ByteQueues;
  /** One for each direction: who hears may answer at once. */
  readonly #heard = new DescriptorChain(reg.QUEUE_SIZE);
  readonly #told = new DescriptorChain(reg.QUEUE_SIZE);
  readonly #message = new Uint8Array(reg.CONTROL_SIZE);
  #control: number[] = [];
  #isOpen = false;
  /** The driver was told of the port. */
  #isAdded = false;
  #port: VirtioPort | undefined;

  constructor(options: AgentPortOptions) {
    this.config[reg.CONFIG_PORTS] = 1;
    const bytes = new ByteQueues({
      ...options,
      ...{ receiveQueue: reg.RECEIVE_QUEUE, transmitQueue: reg.TRANSMIT_QUEUE, queueSize: reg.QUEUE_SIZE },
      ...{ inputLimit: AGENT_INPUT_LIMIT, serviceLimit: SERVICE_LIMIT, pauseNs: PAUSE_NS },
      counters: this.counters,
      output: (part) => this.bytePort.onBytes(part),
    });
    this.#bytes = bytes;
    const isOpen = (): boolean => this.#isOpen;
    this.bytePort = {
      get isOpen() {
        return isOpen();
      },
      get room() {
        return bytes.input.limit - bytes.input.length;
      },
      send: (part) => bytes.send(part),
      onBytes: () => {},
      onOpen: () => {},
    };
  }

  plugged(port: VirtioPort): void {
    this.#port = port;
    this.#bytes.plugged(port);
  }

  unplugged(): void {
    this.#port = undefined;
    this.#bytes.unplugged();
  }

  notify(queue: number): void {
    if (queue === reg.RECEIVE_QUEUE) this.#bytes.receive();
    else if (queue === reg.CONTROL_RECEIVE_QUEUE) this.#tell();
    else if (queue === reg.CONTROL_TRANSMIT_QUEUE) this.#hear();
    else this.#bytes.transmit();
  }

  /** Nobody has the port open any more, whoever resets. */
  reset(_: ResetCause): void {
    this.#bytes.input.clear();
    this.#bytes.reset();
    this.#control = [];
    this.#isAdded = false;
    this.#setOpen(false);
  }

  capture(): PartState {
    return partState(AGENT_PORT, {
      isOpen: this.#isOpen,
      isAdded: this.#isAdded,
      control: Float64Array.from(this.#control),
      resumesIn: this.#bytes.resumesIn,
      input: this.#bytes.input.capture(),
      counters: this.counters,
    });
  }

  restore(saved: PartState): void {
    const state = stateIn(AGENT_PORT, saved);
    this.#bytes.restore(state.resumesIn);
    this.#isOpen = state.isOpen;
    this.#isAdded = state.isAdded;
    this.#control = [...state.control];
    this.#bytes.input.restore(state.input);
    Object.assign(this.counters, state.counters);
  }

  #setOpen(isOpen: boolean): void {
    if (this.#isOpen === isOpen) return;
    this.#isOpen = isOpen;
    if (!isOpen) this.#bytes.input.clear();
    this.bytePort.onOpen(isOpen);
  }

  /** Takes control messages of the driver (§5.3.6.2): each is read once. */
  #hear(): void {
    const port = this.#port;
    if (port === undefined || !port.live || !port.accepted(reg.F_MULTIPORT)) return;
    const queue = port.queue(reg.CONTROL_TRANSMIT_QUEUE);
    queue.beginService();
    let completed = 0;
    while (completed < queue.size && queue.next(this.#heard, CONTROL_REACH)) {
      const isWhole = this.#heard.readable >= reg.CONTROL_SIZE;
      if (isWhole && !this.#heard.read(port.memory, 0, this.#message)) {
        port.fail();
        return;
      }
      queue.complete(this.#heard, 0);
      completed += 1;
      if (isWhole) this.#answer(this.#message);
    }
    if (completed > 0) port.used(reg.CONTROL_TRANSMIT_QUEUE);
    this.#tell();
  }

  #answer(message: Uint8Array): void {
    const view = new DataView(message.buffer, message.byteOffset, message.length);
    const id = view.getUint32(0, true);
    const event = view.getUint16(4, true);
    const value = view.getUint16(6, true);
    // Once: a port that is there cannot be added (§5.3.6.2.1).
    if (event === reg.EVENT_DEVICE_READY && value === 1 && !this.#isAdded) {
      this.#isAdded = true;
      this.#queue(reg.EVENT_PORT_ADD);
    }
    if (id !== reg.PORT) return;
    if (event === reg.EVENT_PORT_READY && value === 1) {
      this.#queue(reg.EVENT_PORT_NAME);
      this.#queue(reg.EVENT_PORT_OPEN);
    }
    if (event === reg.EVENT_PORT_OPEN) this.#setOpen(value === 1);
  }

  #queue(event: number): void {
    if (this.#control.length < MOST_CONTROL) this.#control.push(event);
  }

  /** Gives the driver the control messages that wait. */
  #tell(): void {
    const port = this.#port;
    if (port === undefined || !port.live || this.#control.length === 0) return;
    const queue = port.queue(reg.CONTROL_RECEIVE_QUEUE);
    queue.beginService();
    let completed = false;
    while (this.#control.length > 0 && queue.next(this.#told, CONTROL_REACH)) {
      const message = controlMessage(this.#control.shift()!);
      const length = Math.min(this.#told.writable, message.length);
      if (!this.#told.write(port.memory, 0, message.subarray(0, length))) {
        port.fail();
        return;
      }
      queue.complete(this.#told, length);
      completed = true;
    }
    if (completed) port.used(reg.CONTROL_RECEIVE_QUEUE);
  }
}

/** A message of ours about the one port. */
function controlMessage(event: number): Uint8Array {
  const name = event === reg.EVENT_PORT_NAME ? new TextEncoder().encode(reg.PORT_NAME) : new Uint8Array(0);
  const message = new Uint8Array(reg.CONTROL_SIZE + name.length);
  const view = new DataView(message.buffer);
  view.setUint32(0, reg.PORT, true);
  view.setUint16(4, event, true);
  view.setUint16(6, 1, true);
  message.set(name, reg.CONTROL_SIZE);
  return message;
}

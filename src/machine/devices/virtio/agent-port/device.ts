/**
 * The port by which the hypervisor and an agent in the guest speak: a virtio console with one named port and no terminal. What the
 * bytes mean is not its affair. A guest that floods it is slowed down in virtual time; nothing grows.
 */

import { type PartState, partState, stateIn } from '#base/state/part';
import { NS_PER_MS, type VirtualNs } from '#base/virtual-time';
import type { EventQueue } from '../../../event-queue.ts';
import { ByteRing } from '../../byte-ring.ts';
import { type CounterRow, type Counters, namesOf, zeroCounters } from '../../counters.ts';
import type { RegisterRow } from '../../register.ts';
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
const SCRATCH = 4096;
const REACH: Reach = { readable: SERVICE_LIMIT, writable: SCRATCH };

export class VirtioAgentPort implements VirtioDevice {
  readonly kind = 'agent';
  readonly deviceId: number = reg.DEVICE_ID;
  readonly features: number = reg.F_MULTIPORT;
  readonly queueSizes: readonly number[] = new Array<number>(4).fill(reg.QUEUE_SIZE);
  readonly config: Uint8Array = new Uint8Array(reg.CONFIG_SIZE);
  readonly configRegisters: readonly RegisterRow[] = reg.CONFIG_REGISTERS;
  readonly counters: Counters<AgentPortCounter> = zeroCounters(namesOf(AGENT_PORT_COUNTERS));
  readonly counterRows: readonly CounterRow[] = AGENT_PORT_COUNTERS;
  /** The host's end. */
  readonly bytePort: BytePort;
  readonly #options: AgentPortOptions;
  readonly #input = new ByteRing(AGENT_INPUT_LIMIT);
  /** One for each direction: who hears may answer at once. */
  readonly #chain = new DescriptorChain(reg.QUEUE_SIZE);
  readonly #scratch = new Uint8Array(SCRATCH);
  readonly #answerChain = new DescriptorChain(reg.QUEUE_SIZE);
  readonly #answerScratch = new Uint8Array(SCRATCH);
  #control: number[] = [];
  #isOpen = false;
  /** The driver was told of the port. */
  #isAdded = false;
  #port: VirtioPort | undefined;
  #resumesAt: VirtualNs | undefined;

  constructor(options: AgentPortOptions) {
    this.#options = options;
    this.config[reg.CONFIG_PORTS] = 1;
    const isOpen = (): boolean => this.#isOpen;
    const room = (): number => this.#input.limit - this.#input.length;
    this.bytePort = {
      get isOpen() {
        return isOpen();
      },
      get room() {
        return room();
      },
      send: (bytes) => {
        const accepted = this.#input.push(bytes);
        this.#receive();
        return accepted;
      },
      onBytes: () => {},
      onOpen: () => {},
    };
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

  notify(queue: number): void {
    if (queue === reg.RECEIVE_QUEUE) this.#receive();
    else if (queue === reg.CONTROL_RECEIVE_QUEUE) this.#tell();
    else if (queue === reg.CONTROL_TRANSMIT_QUEUE) this.#hear();
    else if (this.#resumesAt === undefined) this.#transmit();
  }

  /** Nobody has the port open any more, whoever resets. */
  reset(_: ResetCause): void {
    this.#input.clear();
    this.#control = [];
    this.#isAdded = false;
    this.#resumesAt = undefined;
    this.#options.events.cancel(this.#options.channel, 0);
    this.#setOpen(false);
  }

  capture(): PartState {
    const resumesAt = this.#resumesAt;
    return partState(AGENT_PORT, {
      isOpen: this.#isOpen,
      isAdded: this.#isAdded,
      control: Float64Array.from(this.#control),
      resumesIn: resumesAt === undefined ? undefined : resumesAt - this.#options.now(),
      input: this.#input.capture(),
      counters: this.counters,
    });
  }

  restore(saved: PartState): void {
    const state = stateIn(AGENT_PORT, saved);
    this.#options.events.cancel(this.#options.channel, 0);
    this.#resumesAt = undefined;
    if (state.resumesIn !== undefined) this.#resumeIn(state.resumesIn);
    this.#isOpen = state.isOpen;
    this.#isAdded = state.isAdded;
    this.#control = [...state.control];
    this.#input.restore(state.input);
    Object.assign(this.counters, state.counters);
  }

  #setOpen(isOpen: boolean): void {
    if (this.#isOpen === isOpen) return;
    this.#isOpen = isOpen;
    if (!isOpen) this.#input.clear();
    this.bytePort.onOpen(isOpen);
  }

  /** Takes control messages of the driver (§5.3.6.2): each is read once. */
  #hear(): void {
    const port = this.#port;
    if (port === undefined || !port.live || !port.accepted(reg.F_MULTIPORT)) return;
    const queue = port.queue(reg.CONTROL_TRANSMIT_QUEUE);
    queue.beginService();
    let completed = 0;
    while (completed < queue.size && queue.next(this.#chain, REACH)) {
      const message = this.#scratch.subarray(0, reg.CONTROL_SIZE);
      const isWhole = this.#chain.readable >= reg.CONTROL_SIZE;
      if (isWhole && !this.#chain.read(port.memory, 0, message)) {
        port.fail();
        return;
      }
      queue.complete(this.#chain, 0);
      completed += 1;
      if (isWhole) this.#answer(message);
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
    while (this.#control.length > 0 && queue.next(this.#answerChain, REACH)) {
      const message = controlMessage(this.#control.shift()!);
      const length = Math.min(this.#answerChain.writable, message.length);
      if (!this.#answerChain.write(port.memory, 0, message.subarray(0, length))) {
        port.fail();
        return;
      }
      queue.complete(this.#answerChain, length);
      completed = true;
    }
    if (completed) port.used(reg.CONTROL_RECEIVE_QUEUE);
  }

  /** Fills the guest's buffers with bytes that wait. */
  #receive(): void {
    const port = this.#port;
    if (port === undefined || !port.live || this.#input.length === 0) return;
    const queue = port.queue(reg.RECEIVE_QUEUE);
    queue.beginService();
    let completed = false;
    while (this.#input.length > 0 && queue.next(this.#answerChain, REACH)) {
      const length = Math.min(this.#answerChain.writable, this.#answerScratch.length);
      const count = this.#input.take(this.#answerScratch.subarray(0, length));
      if (!this.#answerChain.write(port.memory, 0, this.#answerScratch.subarray(0, count))) {
        port.fail();
        return;
      }
      queue.complete(this.#answerChain, count);
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
      // What is beyond the limit is cut off: no driver sends that much in one chain.
      const length = Math.min(this.#chain.readable, SERVICE_LIMIT);
      if (!this.#emit(port, length)) {
        port.fail();
        return;
      }
      queue.complete(this.#chain, 0);
      taken += Math.max(length, 1);
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
      this.bytePort.onBytes(part);
    }
    return true;
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

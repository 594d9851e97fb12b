/** The control queues of a device with several ports (virtio 1.2, §5.3.6.2): which there are, what they are called, which are open. */
import { DescriptorChain, type Reach } from '../descriptor-chain.ts';
import type { VirtioPort } from '../virtio-device.ts';
import * as reg from './registers.ts';
import { MOST_CONTROL } from './state.ts';

/** The longest control message is ours, with a port's name. */
const REACH: Reach = { readable: 4096, writable: 4096 };
/** What waits is one number: 256 times the port, and the event. */
const PORT_STEP = 256;

/** What a driver is told of a port. */
export interface PortRow {
  readonly name: string;
  /** It is a terminal, whose size is said. */
  readonly isTerminal?: boolean;
}

export interface ControlOptions {
  /** By number. */
  readonly ports: readonly PortRow[];
  /** Of the terminal. */
  readonly size: () => { readonly columns: number; readonly rows: number };
  /** Software in the guest has opened or closed a port. */
  readonly onOpen: (port: number, isOpen: boolean) => void;
}

export interface ControlState {
  readonly isAdded: boolean;
  readonly control: Float64Array;
}

export class ControlQueues {
  readonly #options: ControlOptions;
  /** One for each direction: who hears may answer at once. */
  readonly #heard = new DescriptorChain(reg.QUEUE_SIZE);
  readonly #told = new DescriptorChain(reg.QUEUE_SIZE);
  readonly #message = new Uint8Array(reg.CONTROL_SIZE);
  #waiting: number[] = [];
  /** The driver was told of the ports. */
  #isAdded = false;
  port: VirtioPort | undefined;

  constructor(options: ControlOptions) {
    this.#options = options;
  }

  reset(): void {
    this.#waiting = [];
    this.#isAdded = false;
  }
  capture(): ControlState {
    return { isAdded: this.#isAdded, control: Float64Array.from(this.#waiting) };
  }
  restore({ isAdded, control }: ControlState): void {
    this.#isAdded = isAdded;
    this.#waiting = [...control];
  }

  /** The terminal has another size: of one that was not said yet the last is enough. */
  resized(): void {
    const at = this.#options.ports.findIndex(({ isTerminal }) => isTerminal === true);
    if (at < 0 || !this.#isAdded) return;
    if (!this.#waiting.includes(at * PORT_STEP + reg.EVENT_RESIZE)) this.#queue(at, reg.EVENT_RESIZE);
    this.tell();
  }

  /** Takes control messages of the driver: each is read once. */
  hear(): void {
    const { port } = this;
    if (port === undefined || !port.live || !port.accepted(reg.F_MULTIPORT)) return;
    const queue = port.queue(reg.CONTROL_TRANSMIT_QUEUE);
    queue.beginService();
    let completed = 0;
    while (completed < queue.size && queue.next(this.#heard, REACH)) {
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
    this.tell();
  }

  #answer(message: Uint8Array): void {
    const view = new DataView(message.buffer, message.byteOffset, message.length);
    const id = view.getUint32(0, true);
    const event = view.getUint16(4, true);
    const value = view.getUint16(6, true);
    const { ports, onOpen } = this.#options;
    // Once: a port that is there cannot be added (§5.3.6.2.1).
    if (event === reg.EVENT_DEVICE_READY && value === 1 && !this.#isAdded) {
      this.#isAdded = true;
      for (const at of ports.keys()) this.#queue(at, reg.EVENT_PORT_ADD);
    }
    const about = ports[id];
    if (about === undefined) return;
    if (event === reg.EVENT_PORT_READY && value === 1) {
      if (about.isTerminal === true)
        for (const said of [reg.EVENT_CONSOLE_PORT, reg.EVENT_RESIZE]) this.#queue(id, said);
      for (const said of [reg.EVENT_PORT_NAME, reg.EVENT_PORT_OPEN]) this.#queue(id, said);
    }
    if (event === reg.EVENT_PORT_OPEN) onOpen(id, value === 1);
  }

  #queue(port: number, event: number): void {
    if (this.#waiting.length < MOST_CONTROL) this.#waiting.push(port * PORT_STEP + event);
  }

  /** Gives the driver the control messages that wait. */
  tell(): void {
    const { port } = this;
    if (port === undefined || !port.live || this.#waiting.length === 0) return;
    const queue = port.queue(reg.CONTROL_RECEIVE_QUEUE);
    queue.beginService();
    let completed = false;
    while (this.#waiting.length > 0 && queue.next(this.#told, REACH)) {
      const message = this.#controlMessage(this.#waiting.shift()!);
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

  /** A message of ours about a port; behind it, its name or its size. */
  #controlMessage(waiting: number): Uint8Array {
    const event = waiting % PORT_STEP;
    const id = Math.floor(waiting / PORT_STEP);
    const more = this.#saidWith(event, id);
    const message = new Uint8Array(reg.CONTROL_SIZE + more.length);
    const view = new DataView(message.buffer);
    view.setUint32(0, id, true);
    view.setUint16(4, event, true);
    view.setUint16(6, 1, true);
    message.set(more, reg.CONTROL_SIZE);
    return message;
  }
  #saidWith(event: number, id: number): Uint8Array {
    if (event === reg.EVENT_PORT_NAME) return new TextEncoder().encode(this.#options.ports[id]?.name);
    if (event !== reg.EVENT_RESIZE) return new Uint8Array(0);
    const { columns, rows } = this.#options.size();
    const size = new DataView(new ArrayBuffer(4));
    size.setUint16(0, columns, true);
    size.setUint16(2, rows, true);
    return new Uint8Array(size.buffer);
  }
}

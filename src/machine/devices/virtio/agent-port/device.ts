/**
 * The port by which the hypervisor and an agent in the guest speak: a virtio console whose ports have names. What the bytes mean is
 * not its affair. The terminal can be a port of the same device, before the agent's.
 */

import { type PartState, partState, stateIn } from '#base/state/part';
import { NS_PER_MS, type VirtualNs } from '#base/virtual-time';
import type { EventQueue } from '../../../event-queue.ts';
import { type CounterRow, type Counters, namesOf, zeroCounters } from '../../counters.ts';
import type { RegisterRow } from '../../register.ts';
import { ByteQueues } from '../byte-queues.ts';
import type { BytePort, ResetCause, TerminalSize, VirtioDevice, VirtioPort } from '../virtio-device.ts';
import { ControlQueues } from './control.ts';
import { AGENT_PORT_COUNTERS, type AgentPortCounter, TERMINAL_PORT_COUNTERS } from './metrics.ts';
import * as reg from './registers.ts';
import { AGENT_PORT } from './state.ts';
import { TerminalPort } from './terminal-port.ts';

export interface AgentPortOptions {
  /** Channel of this device's events: unique on the host. */
  readonly channel: string;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
  /** The terminal is a port of it, too: takes output, valid only during the call. */
  readonly terminal?: (bytes: Uint8Array) => void;
}

/** Bytes that may wait for the guest. */
export const AGENT_INPUT_LIMIT: number = 16 * 1024;
/** Output taken in one service, and the pause after one that reached it: 16 MB/s at most. */
const SERVICE_LIMIT: number = 16 * 1024;
const PAUSE_NS: VirtualNs = NS_PER_MS;

export class VirtioAgentPort implements VirtioDevice {
  readonly kind = 'agent';
  readonly deviceId: number = reg.DEVICE_ID;
  readonly inOrder = true;
  readonly features: number;
  readonly queueSizes: readonly number[];
  readonly config: Uint8Array = new Uint8Array(reg.CONFIG_SIZE);
  readonly configRegisters: readonly RegisterRow[];
  readonly counterRows: readonly CounterRow[];
  /** The host's end of the agent's port. */
  readonly bytePort: BytePort;
  /** Bytes that were typed, where the terminal is a port of it. */
  readonly input?: (bytes: Uint8Array) => number;
  readonly resize?: (columns: number, rows: number) => void;
  readonly #counted: Counters<AgentPortCounter> = zeroCounters(namesOf(AGENT_PORT_COUNTERS));
  /** The agent's port by number, and what passes through it. */
  readonly #agent: number;
  readonly #bytes: ByteQueues;
  readonly #terminal: TerminalPort | undefined;
  readonly #control: ControlQueues;
  #isOpen = false;
  #port: VirtioPort | undefined;

  constructor(options: AgentPortOptions) {
    const { terminal, ...rest } = options;
    this.#agent = terminal === undefined ? 0 : 1;
    const ports = this.#agent + 1;
    this.queueSizes = new Array<number>(reg.queuesOf(ports)).fill(reg.QUEUE_SIZE);
    this.features = reg.F_MULTIPORT | (terminal === undefined ? 0 : reg.F_SIZE);
    this.config[reg.CONFIG_PORTS] = ports;
    this.configRegisters = terminal === undefined ? reg.CONFIG_REGISTERS : reg.TERMINAL_CONFIG_REGISTERS;
    this.counterRows =
      terminal === undefined ? AGENT_PORT_COUNTERS : [...AGENT_PORT_COUNTERS, ...TERMINAL_PORT_COUNTERS];
    const receiveQueue = reg.receiveQueueOf(this.#agent);
    const bytes = new ByteQueues({
      ...rest,
      ...{ receiveQueue, transmitQueue: receiveQueue + 1, queueSize: reg.QUEUE_SIZE },
      ...{ inputLimit: AGENT_INPUT_LIMIT, serviceLimit: SERVICE_LIMIT, pauseNs: PAUSE_NS },
      counters: this.#counted,
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
    const agent = { name: reg.PORT_NAME };
    this.#control = new ControlQueues({
      ports: terminal === undefined ? [agent] : [{ name: reg.TERMINAL_NAME, isTerminal: true }, agent],
      size: () => this.#terminal ?? { columns: 0, rows: 0 },
      onOpen: (port, open) => {
        if (port === this.#agent) this.#setOpen(open);
        else this.#terminal?.setOpen(open);
      },
    });
    if (terminal === undefined) return;
    const made = new TerminalPort({ ...rest, output: terminal }, this.config);
    this.#terminal = made;
    this.input = (typed) => made.bytes.send(typed);
    this.resize = (columns, rows) => {
      made.resize(columns, rows);
      this.#port?.configChanged();
      this.#control.resized();
    };
  }

  get counters(): Readonly<Record<string, number>> {
    const terminal = this.#terminal?.counters;
    if (terminal === undefined) return this.#counted;
    return { ...this.#counted, typed: terminal.bytesIn, written: terminal.bytesOut };
  }

  get terminalSize(): TerminalSize | undefined {
    if (this.#terminal === undefined) return undefined;
    const { columns, rows } = this.#terminal;
    return { columns, rows, follows: this.#port?.live === true && this.#port.accepted(reg.F_SIZE) };
  }

  plugged(port: VirtioPort): void {
    this.#port = port;
    this.#bytes.plugged(port);
    this.#terminal?.bytes.plugged(port);
    this.#control.port = port;
  }

  unplugged(): void {
    this.#port = undefined;
    this.#bytes.unplugged();
    this.#terminal?.bytes.unplugged();
    this.#control.port = undefined;
  }

  notify(queue: number): void {
    if (queue === reg.CONTROL_RECEIVE_QUEUE) this.#control.tell();
    else if (queue === reg.CONTROL_TRANSMIT_QUEUE) this.#control.hear();
    else {
      const isAgents = queue < reg.CONTROL_RECEIVE_QUEUE === (this.#agent === 0);
      const bytes = isAgents ? this.#bytes : this.#terminal?.bytes;
      if (queue % 2 === 0) bytes?.receive();
      else bytes?.transmit();
    }
  }

  /** Nobody has the port open any more, whoever resets. What was typed ahead stays when a driver starts. */
  reset(cause: ResetCause): void {
    this.#bytes.input.clear();
    this.#bytes.reset();
    this.#terminal?.reset(cause);
    this.#control.reset();
    this.#setOpen(false);
  }

  capture(): PartState {
    return partState(AGENT_PORT, {
      isOpen: this.#isOpen,
      ...this.#control.capture(),
      resumesIn: this.#bytes.resumesIn,
      input: this.#bytes.input.capture(),
      counters: this.#counted,
      terminal: this.#terminal?.capture(),
    });
  }

  restore(saved: PartState): void {
    const state = stateIn(AGENT_PORT, saved);
    this.#bytes.restore(state.resumesIn);
    this.#isOpen = state.isOpen;
    this.#control.restore(state);
    this.#bytes.input.restore(state.input);
    Object.assign(this.#counted, state.counters);
    if (state.terminal !== undefined) this.#terminal?.restore(state.terminal);
  }

  #setOpen(isOpen: boolean): void {
    if (this.#isOpen === isOpen) return;
    this.#isOpen = isOpen;
    if (!isOpen) this.#bytes.input.clear();
    this.bytePort.onOpen(isOpen);
  }
}

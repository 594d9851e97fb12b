/**
 * A learning switch of a host: joins the network cards of its VMs. Frames are hostile bytes; nothing but their first
 * fourteen is looked at, and every queue and table is bounded.
 */
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { list, optional, text, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { type Counters, countersState, zeroCounters } from '#machine/devices/counters';
import type { EventQueue } from '#machine/event-queue';
import {
  destinationOf,
  HEADER_BYTES,
  isGroup,
  isLinkLocal,
  MAX_FRAME_BYTES,
  sourceOf,
} from './ether-frame.ts';
import { FORWARDING_TABLE, type ForwardingEntry, ForwardingTable } from './forwarding-table.ts';
import { SWITCH_COUNTERS, type SwitchCounter } from './metrics.ts';
import { PORT, type PortEndpoint, type PortState, SwitchPort } from './switch-port.ts';

export interface SwitchOptions {
  /** Unique on its host. */
  readonly name: string;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
}

/** Ports that a switch can have. */
export const PORT_COUNT_LIMIT = 4096;

export interface SwitchState {
  readonly name: string;
  readonly counters: Counters<SwitchCounter>;
  readonly table: readonly ForwardingEntry[];
  /** By number; nothing where nobody is plugged in. */
  readonly ports: readonly (PortState | undefined)[];
}
export const SWITCH: Declaration<SwitchState> = declare('switch', {
  name: text(256),
  counters: countersState('switch', SWITCH_COUNTERS),
  table: FORWARDING_TABLE,
  ports: list(optional(PORT), upTo(PORT_COUNT_LIMIT)),
});

export class VirtualSwitch {
  readonly name: string;
  readonly counters: Counters<SwitchCounter> = zeroCounters(SWITCH_COUNTERS);
  readonly #events: EventQueue;
  readonly #now: () => VirtualNs;
  readonly #channel: string;
  readonly #table = new ForwardingTable();
  /** By number; a number whose endpoint was disconnected is free again. */
  readonly #ports: (SwitchPort | undefined)[] = [];

  constructor(options: SwitchOptions) {
    this.name = options.name;
    this.#events = options.events;
    this.#now = options.now;
    this.#channel = `switch/${options.name}`;
    this.#events.on(this.#channel, (port) => this.#ports[port]?.deliver());
  }

  /** Connected ports, by number; read-only to callers. */
  get ports(): readonly SwitchPort[] {
    return this.#ports.filter((port) => port !== undefined);
  }

  /** The forwarding table, oldest entry first. */
  table(): readonly ForwardingEntry[] {
    return this.#table.entries();
  }

  /** Plugs an endpoint in, and gives its port's number. */
  connect(name: string, endpoint: PortEndpoint): number {
    const free = this.#ports.indexOf(undefined);
    const index = free >= 0 ? free : this.#ports.length;
    this.#ports[index] = new SwitchPort(index, name, endpoint);
    return index;
  }

  /** Takes an endpoint out; what was on its way to it is lost. */
  disconnect(port: number): void {
    if (this.#ports[port] === undefined) return;
    this.#quiet(port);
    this.#ports[port] = undefined;
    // Free numbers at the end leave no trace: the same ports are the same state.
    while (this.#ports.length > 0 && this.#ports.at(-1) === undefined) this.#ports.pop();
  }

  /** Cuts or restores a port's link. */
  setLink(port: number, up: boolean): void {
    const found = this.#ports[port];
    if (found === undefined || found.up === up) return;
    found.up = up;
    if (!up) this.#quiet(port);
  }

  /** A frame comes from the endpoint of a port; the bytes are copied. */
  send(port: number, frame: Uint8Array): void {
    const from = this.#ports[port];
    if (from === undefined || !this.#admit(from, frame)) return;
    const now = this.#now();
    this.#learn(sourceOf(frame), port, now);
    const destination = destinationOf(frame);
    if (isLinkLocal(destination)) {
      this.counters.filtered += 1;
      return;
    }
    const to = isGroup(destination) ? -1 : this.#table.lookup(destination, now);
    if (to === port) {
      this.counters.filtered += 1;
      return;
    }
    const copy = frame.slice();
    if (to >= 0) {
      this.counters.forwarded += 1;
      this.#enqueue(this.#ports[to], copy, now);
      return;
    }
    this.counters.flooded += 1;
    for (const other of this.#ports) if (other !== from) this.#enqueue(other, copy, now);
  }

  /** Ends the switch: no event of it stays behind. */
  close(): void {
    this.#events.off(this.#channel);
  }

  capture(): SwitchState {
    const { name, counters } = this;
    return { name, counters, table: this.table(), ports: this.#ports.map((port) => port?.capture()) };
  }

  /** Needs the same endpoints at the same ports. */
  restore({ name, counters, table, ports }: SwitchState): void {
    if (name !== this.name) throw new SnapshotFormatError(`switch ${this.name} was ${JSON.stringify(name)}`);
    if (ports.length !== this.#ports.length) throw new SnapshotFormatError(`ports of ${name}`);
    Object.assign(this.counters, counters);
    this.#table.restore(table);
    for (const [index, saved] of ports.entries()) {
      const port = this.#ports[index];
      if ((saved === undefined) !== (port === undefined))
        throw new SnapshotFormatError(`port ${index} of ${name}`);
      if (saved !== undefined) port?.restore(saved);
    }
  }

  /** Counts a frame that comes in, and says whether it may. */
  #admit(from: SwitchPort, frame: Uint8Array): boolean {
    const { counters } = from;
    if (!from.up) counters.droppedLinkDown += 1;
    else if (frame.length < HEADER_BYTES) counters.droppedRunt += 1;
    else if (frame.length > MAX_FRAME_BYTES) counters.droppedGiant += 1;
    else if (isGroup(sourceOf(frame)) || sourceOf(frame) === 0) counters.droppedBadSource += 1;
    else {
      counters.framesIn += 1;
      counters.bytesIn += frame.length;
      return true;
    }
    return false;
  }

  #learn(source: number, port: number, now: VirtualNs): void {
    const learned = this.#table.learn(source, port, now);
    if (learned === 'new') this.counters.learned += 1;
    else if (learned === 'moved') this.counters.moved += 1;
    else if (learned === 'full') this.counters.notLearned += 1;
  }

  #enqueue(to: SwitchPort | undefined, frame: Uint8Array, now: VirtualNs): void {
    if (to === undefined) return;
    const at = to.enqueue(frame, now);
    if (at >= 0) this.#events.schedule(at, this.#channel, to.index);
  }

  #quiet(port: number): void {
    this.#events.cancel(this.#channel, port);
    this.#ports[port]?.clearQueue();
    this.#table.forgetPort(port);
  }
}

/**
 * A learning switch of a host: joins the network cards of its VMs. Frames are hostile bytes; the switch itself looks at
 * nothing but their first fourteen, and every queue and table is bounded. What else happens to frames, stages of ports do.
 */
import type { PortSettings } from '#base/scenario';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { list, optional, text, u32, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { type Counters, countersState, zeroCounters } from '#machine/devices/counters';
import type { EventQueue } from '#machine/event-queue';
import { destinationOf, isGroup, isLinkLocal, sourceOf } from './ether-frame.ts';
import { FORWARDING_TABLE, type ForwardingEntry, ForwardingTable } from './forwarding-table.ts';
import { SWITCH_COUNTERS, type SwitchCounter } from './metrics.ts';
import type { StageKind, Transit } from './stages/stage.ts';
import { PORT, type PortEndpoint, type PortState, type QueuedFrame, SwitchPort } from './switch-port.ts';

export interface SwitchOptions {
  /** Unique on its host. */
  readonly name: string;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
  /** Of which its ports are made. */
  readonly stages: readonly StageKind[];
}

/** Ports that a switch can have. */
export const PORT_COUNT_LIMIT = 4096;

/** Addresses of one domain. */
interface DomainState {
  readonly domain: number;
  readonly table: readonly ForwardingEntry[];
}
/** Domains that a switch can have: as many as there are VLANs. */
const DOMAIN_LIMIT = 4096;

export interface SwitchState {
  readonly name: string;
  readonly counters: Counters<SwitchCounter>;
  readonly tables: readonly DomainState[];
  /** By number; nothing where nobody is plugged in. */
  readonly ports: readonly (PortState | undefined)[];
}
export const SWITCH: Declaration<SwitchState> = declare('switch', {
  name: text(256),
  counters: countersState('switch', SWITCH_COUNTERS),
  tables: list(declare<DomainState>('domain', { domain: u32, table: FORWARDING_TABLE }), upTo(DOMAIN_LIMIT)),
  ports: list(optional(PORT), upTo(PORT_COUNT_LIMIT)),
});

export class VirtualSwitch {
  readonly name: string;
  readonly counters: Counters<SwitchCounter> = zeroCounters(SWITCH_COUNTERS);
  readonly #events: EventQueue;
  readonly #now: () => VirtualNs;
  readonly #channel: string;
  readonly #stages: readonly StageKind[];
  /** By domain, as they came into use. */
  readonly #tables = new Map<number, ForwardingTable>();
  /** The frame that is being sent: one at a time. */
  readonly #transit: Transit = { bytes: new Uint8Array(0), domain: 0, at: 0 };
  /** By number; a number whose endpoint was disconnected is free again. */
  readonly #ports: (SwitchPort | undefined)[] = [];

  constructor(options: SwitchOptions) {
    this.name = options.name;
    this.#events = options.events;
    this.#now = options.now;
    this.#stages = options.stages;
    this.#channel = `switch/${options.name}`;
    this.#events.on(this.#channel, (port) => this.#ports[port]?.deliver());
  }

  /** Connected ports, by number; read-only to callers. */
  get ports(): readonly SwitchPort[] {
    return this.#ports.filter((port) => port !== undefined);
  }

  /** The forwarding table, oldest entry of each domain first. */
  table(): readonly (ForwardingEntry & { readonly domain: number })[] {
    return [...this.#tables].flatMap(([domain, table]) =>
      table.entries().map((entry) => ({ ...entry, domain })),
    );
  }

  /** Plugs an endpoint in, and gives its port's number. */
  connect(name: string, endpoint: PortEndpoint, settings: PortSettings = {}): number {
    const free = this.#ports.indexOf(undefined);
    const index = free >= 0 ? free : this.#ports.length;
    this.#ports[index] = new SwitchPort(index, name, endpoint, this.#stages, settings);
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

  /** What is on its way to the endpoint of a port, the next first. */
  onTheWayTo(port: number): readonly QueuedFrame[] {
    return this.#ports[port]?.queue ?? [];
  }
  /** What is on its way to the endpoint of a port is lost, and other frames are on their way instead. */
  replaceOnTheWayTo(port: number, frames: readonly QueuedFrame[]): void {
    this.#events.cancel(this.#channel, port);
    this.#ports[port]?.replaceQueue(frames);
    for (const { at } of frames) this.#events.schedule(at, this.#channel, port);
  }

  /** A frame comes from the endpoint of a port; the bytes are copied. */
  send(port: number, frame: Uint8Array): void {
    const from = this.#ports[port];
    if (from === undefined) return;
    const now = this.#now();
    const transit = this.#transit;
    transit.bytes = frame;
    transit.domain = 0;
    transit.at = now;
    if (from.admit(transit)) this.#forward(from, transit, frame, now);
  }

  #forward(from: SwitchPort, transit: Transit, sent: Uint8Array, now: VirtualNs): void {
    const { bytes, domain } = transit;
    const table = this.#tableOf(domain);
    this.#learn(table, sourceOf(bytes), from.index, now);
    const destination = destinationOf(bytes);
    if (isLinkLocal(destination)) {
      this.counters.filtered += 1;
      return;
    }
    const to = isGroup(destination) ? -1 : table.lookup(destination, now);
    if (to === from.index) {
      this.counters.filtered += 1;
      return;
    }
    // What a stage has changed is a copy already.
    const copy = bytes === sent ? bytes.slice() : bytes;
    const { at } = transit;
    if (to >= 0) {
      this.counters.forwarded += 1;
      this.#enqueue(this.#ports[to], copy, domain, at);
      return;
    }
    this.counters.flooded += 1;
    for (const other of this.#ports) if (other !== from) this.#enqueue(other, copy, domain, at);
  }

  /** Stages bound how many domains there are: those that ports are set to. */
  #tableOf(domain: number): ForwardingTable {
    const known = this.#tables.get(domain);
    if (known !== undefined) return known;
    const table = new ForwardingTable();
    this.#tables.set(domain, table);
    return table;
  }

  /** Ends the switch: no event of it stays behind. */
  close(): void {
    this.#events.off(this.#channel);
  }

  capture(): SwitchState {
    const { name, counters } = this;
    // A domain whose addresses are all forgotten leaves no trace.
    const tables = [...this.#tables]
      .map(([domain, table]) => ({ domain, table: table.entries() }))
      .filter(({ table }) => table.length > 0)
      .sort((a, b) => a.domain - b.domain);
    return { name, counters, tables, ports: this.#ports.map((port) => port?.capture()) };
  }

  /** Needs the same endpoints at the same ports. */
  restore({ name, counters, tables, ports }: SwitchState): void {
    if (name !== this.name) throw new SnapshotFormatError(`switch ${this.name} was ${JSON.stringify(name)}`);
    if (ports.length !== this.#ports.length) throw new SnapshotFormatError(`ports of ${name}`);
    Object.assign(this.counters, counters);
    this.#tables.clear();
    for (const { domain, table } of tables) {
      if (this.#tables.has(domain)) throw new SnapshotFormatError(`domain ${domain} of ${name} stands twice`);
      this.#tableOf(domain).restore(table);
    }
    for (const [index, saved] of ports.entries()) {
      const port = this.#ports[index];
      if ((saved === undefined) !== (port === undefined))
        throw new SnapshotFormatError(`port ${index} of ${name}`);
      if (saved === undefined || port === undefined) continue;
      port.restore(saved);
      this.#events.cancel(this.#channel, index);
      for (const { at } of port.queue) this.#events.schedule(at, this.#channel, index);
    }
  }

  #learn(table: ForwardingTable, source: number, port: number, now: VirtualNs): void {
    const learned = table.learn(source, port, now);
    if (learned === 'new') this.counters.learned += 1;
    else if (learned === 'moved') this.counters.moved += 1;
    else if (learned === 'full') this.counters.notLearned += 1;
  }

  /** Gives a frame to a port; its stages change their own transit and nobody else's. */
  #enqueue(to: SwitchPort | undefined, bytes: Uint8Array, domain: number, at: VirtualNs): void {
    if (to === undefined) return;
    const transit = this.#transit;
    transit.bytes = bytes;
    transit.domain = domain;
    transit.at = at;
    if (to.enqueue(transit)) this.#events.schedule(transit.at, this.#channel, to.index);
  }

  #quiet(port: number): void {
    this.replaceOnTheWayTo(port, []);
    for (const table of this.#tables.values()) table.forgetPort(port);
  }
}

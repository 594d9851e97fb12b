/**
 * A learning switch of a host: joins the network cards of its VMs. Frames are hostile bytes; the switch itself looks at
 * nothing but their first fourteen, and every queue and table is bounded. What else happens to frames, stages of ports do.
 */
import type { PortSettings, Settings, SwitchParts } from '#base/scenario';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare, since } from '#base/state/declare';
import { list, optional, text, u32, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { type Counters, countersState, zeroCounters } from '#machine/devices/counters';
import type { EventQueue } from '#machine/event-queue';
import { destinationOf, isGroup, isLinkLocal, sourceOf } from './ether-frame.ts';
import { AGING_NS, FORWARDING_TABLE, type ForwardingEntry, ForwardingTable } from './forwarding-table.ts';
import { type Decision, FrameTap } from './frame-tap.ts';
import { SWITCH_COUNTERS, type SwitchCounter } from './metrics.ts';
import type { PlacedState } from './placed.ts';
import { PORT, type PortState, type QueuedFrame } from './port-state.ts';
import { macOf, seedOf } from './seed.ts';
import { emptyTransit, type StageKind, type Transit } from './stages/stage.ts';
import { PART, Parts } from './switch-parts/parts.ts';
import type { SwitchPartKind } from './switch-parts/switch-part.ts';
import { type PortEndpoint, type PortHome, SwitchPort } from './switch-port.ts';

export interface SwitchOptions {
  /** Unique on its host. */
  readonly name: string;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
  /** Of which its ports are made. */
  readonly stages: readonly StageKind[];
  /** Who hears its frames; nobody unless given. */
  readonly tap?: FrameTap;
  /** What it can have beside its ports, and what of that it has. */
  readonly parts?: readonly SwitchPartKind[];
  readonly settings?: SwitchParts;
  /** Of the host. */
  readonly seed?: number;
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
  readonly parts: readonly PlacedState[];
}
export const SWITCH: Declaration<SwitchState> = declare('switch', {
  name: text(256),
  counters: countersState('switch', SWITCH_COUNTERS, { since: 8, names: ['chosen'] }),
  tables: list(declare<DomainState>('domain', { domain: u32, table: FORWARDING_TABLE }), upTo(DOMAIN_LIMIT)),
  ports: list(optional(PORT), upTo(PORT_COUNT_LIMIT)),
  parts: since(8, list(PART, upTo(64)), []),
});

/** The number of frames that a part of a switch sends, which no part hears. */
const OWN = -1;
/** Of a table of stages: more than there are kinds. */
const MOST_ROWS = 64;

export class VirtualSwitch {
  readonly name: string;
  readonly counters: Counters<SwitchCounter> = zeroCounters(SWITCH_COUNTERS);
  /** What it has beside its ports. */
  readonly parts: Parts;
  readonly #events: EventQueue;
  readonly #now: () => VirtualNs;
  readonly #channel: string;
  readonly #stages: readonly StageKind[];
  readonly #tap: FrameTap;
  readonly #home: PortHome;
  /** By domain, as they came into use. */
  readonly #tables = new Map<number, ForwardingTable>();
  /** The frame that is being sent, and it again as it leaves by a port: one at a time. */
  readonly #transit: Transit = emptyTransit();
  readonly #leaving: Transit = emptyTransit();
  /** The frame that one of its parts sends meanwhile. */
  readonly #own: Transit = emptyTransit();
  /** By number; a number whose endpoint was disconnected is free again. */
  readonly #ports: (SwitchPort | undefined)[] = [];

  constructor(options: SwitchOptions) {
    const { name, events, now, stages, tap = new FrameTap(), seed = 0, parts = [] } = options;
    this.name = name;
    this.#events = events;
    this.#now = now;
    this.#stages = stages;
    this.#tap = tap;
    this.#channel = `switch/${name}`;
    const ofStages = `${this.#channel}/stage`;
    const ofParts = `${this.#channel}/part`;
    this.#home = {
      ...{ switch: name, tap, seed, now },
      queued: (port, frame) => {
        if (frame.number !== OWN) this.parts.queued(frame, port);
      },
      deliverAt: (port, at) => events.schedule(at, this.#channel, port),
      wakeAt: (port, row, at) => {
        events.cancel(ofStages, port * MOST_ROWS + row);
        events.schedule(at, ofStages, port * MOST_ROWS + row);
      },
    };
    this.parts = new Parts(parts, options.settings ?? {}, {
      ...{ name, now, tap, mac: macOf(seed, `switch/${name}`), seed: seedOf(seed, `switch/${name}`) },
      ports: () => this.ports,
      send: (port, frame, domain = 0) => this.#sendOwn(port, frame, domain),
      sendToBridge: (port, frame) => this.#ports[port]?.enqueueForBridge(this.#ownFrame(frame, 0)),
      forgetPort: (port) => this.#forgetPort(port),
      wakeAt: (row, at) => {
        events.cancel(ofParts, row);
        events.schedule(at, ofParts, row);
      },
    });
    events.on(this.#channel, (port) => this.#ports[port]?.deliver());
    events.on(ofStages, (data, at) => this.#ports[Math.floor(data / MOST_ROWS)]?.wake(data % MOST_ROWS, at));
    events.on(ofParts, (row, at) => this.parts.timer(row, at));
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
    this.#ports[index] = new SwitchPort(index, name, endpoint, this.#stages, settings, this.#home);
    this.parts.portsChanged();
    return index;
  }

  /** Takes an endpoint out; what was on its way to it is lost. */
  disconnect(port: number): void {
    const found = this.#ports[port];
    if (found === undefined) return;
    this.#quiet(port);
    found.close();
    this.#ports[port] = undefined;
    // Free numbers at the end leave no trace: the same ports are the same state.
    while (this.#ports.length > 0 && this.#ports.at(-1) === undefined) this.#ports.pop();
    this.parts.portsChanged();
  }

  /** Cuts or restores a port's link. */
  setLink(port: number, up: boolean): void {
    const found = this.#ports[port];
    if (found === undefined || found.isPlugged === up) return;
    found.isPlugged = up;
    if (!up) this.#quiet(port);
    this.parts.portsChanged();
  }

  /** Gives a stage of a port other settings; without, it is as usual, or there is none. */
  setStage(port: number, stage: string, settings: Settings | undefined): void {
    const found = this.#ports[port];
    found?.setStage(stage, settings);
    // It may have been cut.
    if (found?.up === false) this.#quiet(port);
    // It may belong to other VLANs now.
    this.#forgetPort(port);
    this.parts.portsChanged();
  }

  /** Gives the switch a part, or that other settings; without settings it has none. */
  setPart(part: string, settings: Settings | undefined): void {
    this.parts.set(part, settings);
    this.#setAging();
  }

  /** What is on its way to the endpoint of a port, the next first. */
  onTheWayTo(port: number): readonly QueuedFrame[] {
    return this.#ports[port]?.underway ?? [];
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
    transit.priority = 0;
    transit.group = 0;
    transit.at = now;
    transit.number = this.#tap.isOn ? this.#tap.next() : 0;
    transit.from = port;
    const hearer = this.parts.hearerOf(frame);
    if (hearer === undefined) {
      if (from.admit(transit)) this.#forward(from, transit, frame, now);
    } else if (from.admit(transit, true)) {
      this.counters.filtered += 1;
      this.#decided(from, transit, 'link-local', []);
      hearer.hear(transit, from);
    }
  }

  #forward(from: SwitchPort, transit: Transit, sent: Uint8Array, now: VirtualNs): void {
    const verdict = this.parts.ingress(transit, from);
    if (verdict === 'drop') return;
    const { bytes, domain } = transit;
    const table = this.#tableOf(domain);
    this.#learn(table, sourceOf(bytes), from.index, now);
    if (verdict === 'learn') return;
    const destination = destinationOf(bytes);
    const chosen = this.parts.choose(transit, from);
    if (chosen === undefined && isLinkLocal(destination)) {
      this.counters.filtered += 1;
      this.#decided(from, transit, 'link-local', []);
      return;
    }
    const to = chosen !== undefined || isGroup(destination) ? -1 : table.lookup(destination, now);
    if (to === from.index) {
      this.counters.filtered += 1;
      this.#decided(from, transit, 'same-port', []);
      return;
    }
    // What a stage or a part has changed is a copy already.
    if (transit.bytes === sent) transit.bytes = sent.slice();
    if (to >= 0) {
      this.counters.forwarded += 1;
      this.#decided(from, transit, 'known', [to]);
      this.#enqueue(this.#ports[to], transit);
      return;
    }
    if (chosen !== undefined) {
      this.counters.chosen += 1;
      this.#decided(from, transit, 'part', chosen.ports, chosen.id);
      for (const port of chosen.ports) this.#enqueue(this.#ports[port], transit);
      return;
    }
    if (!isGroup(destination) && !from.mayFlood(transit)) return;
    this.counters.flooded += 1;
    if (this.#tap.isOn) {
      const others = this.ports
        .filter((other) => other !== from && other.isFloodedBy(transit))
        .map(({ index }) => index);
      this.#decided(from, transit, isGroup(destination) ? 'group' : 'unknown', others);
    }
    for (const other of this.#ports)
      if (other !== undefined && other !== from && other.isFloodedBy(transit)) this.#enqueue(other, transit);
  }

  #decided(from: SwitchPort, transit: Transit, why: Decision, to: readonly number[], part?: string): void {
    if (!this.#tap.isOn) return;
    const { bytes, domain, number } = transit;
    const frame = { switch: this.name, port: from.index, at: this.#now(), bytes, domain, number };
    this.#tap.tell({ point: 'decided', ...frame, why, to, ...(part === undefined ? {} : { stage: part }) });
  }

  /** Stages bound how many domains there are: those that ports are set to. */
  #tableOf(domain: number): ForwardingTable {
    const known = this.#tables.get(domain);
    if (known !== undefined) return known;
    const table = new ForwardingTable(this.parts.agingNs);
    this.#tables.set(domain, table);
    return table;
  }
  #setAging(): void {
    for (const table of this.#tables.values()) table.agingNs = this.parts.agingNs ?? AGING_NS;
  }

  /** Ends the switch: no event of it stays behind. */
  close(): void {
    this.#events.off(this.#channel);
    this.#events.off(`${this.#channel}/stage`);
    this.#events.off(`${this.#channel}/part`);
  }

  capture(): SwitchState {
    const { name, counters } = this;
    // A domain whose addresses are all forgotten leaves no trace.
    const tables = [...this.#tables]
      .map(([domain, table]) => ({ domain, table: table.entries() }))
      .filter(({ table }) => table.length > 0)
      .sort((a, b) => a.domain - b.domain);
    const ports = this.#ports.map((port) => port?.capture());
    return { name, counters, tables, ports, parts: this.parts.capture() };
  }

  /** Needs the same endpoints at the same ports. */
  restore({ name, counters, tables, ports, parts }: SwitchState): void {
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
    this.parts.restore(parts);
  }

  #learn(table: ForwardingTable, source: number, port: number, now: VirtualNs): void {
    const learned = table.learn(source, port, now);
    if (learned === 'new') this.counters.learned += 1;
    else if (learned === 'moved') this.counters.moved += 1;
    else if (learned === 'full') this.counters.notLearned += 1;
  }

  /** Gives a frame to a port; its stages change their own transit and nobody else's. */
  #enqueue(to: SwitchPort | undefined, came: Readonly<Transit>): void {
    if (to === undefined) return;
    const leaving = this.#leaving;
    leaving.bytes = came.bytes;
    leaving.domain = came.domain;
    leaving.priority = came.priority;
    leaving.group = came.group;
    leaving.number = came.number;
    leaving.from = came.from;
    leaving.since = came.at;
    leaving.at = came.at;
    if (this.parts.mayLeave(leaving, to)) to.enqueue(leaving);
    else to.counters.dropped += 1;
  }

  /** A frame of one of its parts leaves by a port. */
  #sendOwn(port: number, frame: Uint8Array, domain: number): void {
    this.#ports[port]?.enqueue(this.#ownFrame(frame, domain));
  }
  #ownFrame(frame: Uint8Array, domain: number): Transit {
    const now = this.#now();
    const of = { domain, priority: 0, group: 0, number: OWN, from: -1 };
    return Object.assign(this.#own, { bytes: frame.slice(), ...of, since: now, at: now });
  }

  #quiet(port: number): void {
    this.replaceOnTheWayTo(port, []);
    this.#forgetPort(port);
  }
  #forgetPort(port: number): void {
    for (const table of this.#tables.values()) table.forgetPort(port);
  }
}

/**
 * One port of a switch: the stages between an endpoint and its switch, and the frames that are on their way to it.
 */
import type { PortSettings, Settings } from '#base/scenario';
import { SnapshotFormatError } from '#base/state/bytes';
import type { VirtualNs } from '#base/virtual-time';
import { type Counters, zeroCounters } from '#machine/devices/counters';
import { DelayHistory, type DelaySpan } from './delay-history.ts';
import { PORT_QUEUE_LIMIT } from './ether-frame.ts';
import type { FrameTap, TappedFrame } from './frame-tap.ts';
import { PORT_COUNTERS, type PortCounter } from './metrics.ts';
import { capturePlaced, restorePlaced, risen } from './placed.ts';
import { type PortState, portNamed, type QueuedFrame } from './port-state.ts';
import { seedOf } from './seed.ts';
import { withSettings } from './settings-by-kind.ts';
import { having, type StageAt, type With } from './stage-at.ts';
import { LINK } from './stages/link.ts';
import { emptyTransit, type StageKind, type StagePort, type Transit } from './stages/stage.ts';
import { USUAL_BITS_PER_SECOND, WIRE } from './stages/wire.ts';

/** What is plugged into a port; a frame is valid only during the call. */
export interface PortEndpoint {
  /** Another switch hangs there. */
  readonly isBridged?: boolean;
  receive(frame: Uint8Array): void;
}

/** Frames for the next bridge that find room where others have filled the queue. */
const FOR_BRIDGES = 16;

/** What a port needs of its switch. */
export interface PortHome {
  readonly switch: string;
  readonly tap: FrameTap;
  /** Of the host. */
  readonly seed: number;
  now(): VirtualNs;
  /** A frame has passed all that could end it on its way to the endpoint of a port. */
  queued(port: SwitchPort, frame: Transit): void;
  /** Delivers the port's next frame at an instant. */
  deliverAt(port: number, at: VirtualNs): void;
  /** Calls `wake` with the stage's row at an instant, and at no other. */
  wakeAt(port: number, row: number, at: VirtualNs): void;
}

export class SwitchPort {
  readonly index: number;
  readonly name: string;
  readonly endpoint: PortEndpoint;
  readonly counters: Counters<PortCounter> = zeroCounters(PORT_COUNTERS);
  /** Settings of its stages, of those that are as usual only where they were said. */
  settings: PortSettings;
  /** In the order in which frames pass them. */
  stages: readonly StageAt[] = [];
  /** The cable's plug is in. */
  isPlugged = true;
  #isCut = false;
  readonly #kinds: readonly StageKind[];
  readonly #home: PortHome;
  /** Ascending by instant of arrival; those of one instant in the order in which they were sent. */
  #queue: QueuedFrame[] = [];
  #ingress: readonly With<'ingress'>[] = [];
  #flood: readonly With<'flood'>[] = [];
  #egress: readonly With<'egress'>[] = [];
  /** Those that may hold frames. */
  #holding: readonly With<'held'>[] = [];
  #delays: DelayHistory | undefined;
  #ofDomains: readonly With<'carries'>[] = [];
  #ofGroups: readonly With<'reaches'>[] = [];

  constructor(
    index: number,
    name: string,
    endpoint: PortEndpoint,
    kinds: readonly StageKind[],
    settings: PortSettings,
    home: PortHome,
  ) {
    this.index = index;
    this.name = name;
    this.endpoint = endpoint;
    this.settings = settings;
    this.#kinds = kinds;
    this.#home = home;
    this.#place(
      kinds
        .map((kind, row) => ({ kind, row }))
        .filter(({ kind: { id, isUsual } }) => isUsual || settings[id] !== undefined)
        .map(({ kind, row }) => this.#made(kind, row)),
    );
  }

  #made(kind: StageKind, row: number): StageAt {
    const self = new PortOfStage(this, kind.id, this.#home, row);
    const isOfCable = kind.isOfCable === true;
    return { id: kind.id, row, isOfCable, ...kind.create(this.settings[kind.id] ?? {}, self) };
  }
  #place(stages: readonly StageAt[]): void {
    this.stages = stages;
    this.#ingress = having(stages, 'ingress');
    this.#flood = having(stages, 'flood');
    this.#egress = having(stages, 'egress');
    this.#isCut = this.settings[LINK.id]?.['cut'] === true;
    this.#holding = having(stages, 'held');
    this.#ofDomains = having(stages, 'carries');
    this.#ofGroups = having(stages, 'reaches');
  }

  /** Gives a stage other settings; without, it is as usual, or there is none. What it has counted stays while it is there. */
  setStage(id: string, settings: Settings | undefined): void {
    const row = this.#kinds.findIndex((kind) => kind.id === id);
    const kind = this.#kinds[row];
    if (kind === undefined) return;
    const former = this.stages.find((at) => at.row === row);
    const others = this.stages.filter((at) => at.row !== row);
    this.settings = withSettings(this.settings, id, settings);
    this.#home.wakeAt(this.index, row, Number.POSITIVE_INFINITY);
    if (settings === undefined && !kind.isUsual) this.#place(others);
    else {
      const made = this.#made(kind, row);
      if (former !== undefined) {
        Object.assign(made.counters, former.counters);
        made.stage.takeOver?.(former.stage);
      }
      this.#place([...others, made].sort((a, b) => a.row - b.row));
    }
    // What nobody has taken over is lost.
    this.counters.dropped += former?.stage.held ?? 0;
    former?.stage.cleared?.();
  }

  /** The cable's plug is in, and the cable is whole. */
  get up(): boolean {
    return this.isPlugged && !this.#isCut;
  }
  get isBridged(): boolean {
    return this.endpoint.isBridged === true;
  }
  get bitsPerSecond(): number {
    const said = this.settings[WIRE.id]?.['bitsPerSecond'];
    return typeof said === 'number' ? said : USUAL_BITS_PER_SECOND;
  }

  /** From when on the stages behind a row take a frame towards the endpoint without delay. */
  freeAt(row: number): VirtualNs {
    const now = this.#home.now();
    let at = now;
    for (const { row: other, stage } of this.stages)
      if (other > row && stage.freeAt !== undefined) at = Math.max(at, stage.freeAt(now));
    return at;
  }
  /** The wire begins to carry a frame, at an instant. */
  leaves(frame: Readonly<Transit>, at: VirtualNs): void {
    this.#delays ??= new DelayHistory();
    this.#delays.note(this.#home.now(), at - frame.since, frame.bytes.length);
  }
  /** How long frames waited for the wire, lately. */
  delays(): readonly DelaySpan[] {
    return this.#delays?.spans(this.#home.now()) ?? [];
  }

  /** Frames on their way to the endpoint. */
  get queued(): number {
    let queued = this.#queue.length;
    for (const { stage } of this.#holding) queued += stage.held;
    return queued;
  }

  /**
   * A frame comes from the endpoint: true when it reaches the switch, as the stages have changed it.
   * @param isForBridge it is for the switch itself, as its neighbour
   */
  admit(frame: Transit, isForBridge = false): boolean {
    const { length } = frame.bytes;
    for (const at of this.#ingress) {
      if (isForBridge && !at.isOfCable) continue;
      const before = this.#countedBy(at);
      if (!at.stage.ingress(frame)) return this.#ended(frame, 'in', at, before);
    }
    this.counters.framesIn += 1;
    this.counters.bytesIn += length;
    if (this.#home.tap.isOn) this.#tell('accepted', frame);
    return true;
  }
  /** Whether a frame from the endpoint may go to all ports since nobody knows its destination. */
  mayFlood(frame: Transit): boolean {
    for (const at of this.#flood) {
      const before = this.#countedBy(at);
      if (!at.stage.flood(frame)) return this.#ended(frame, 'in', at, before);
    }
    return true;
  }
  /** What a stage has counted, where somebody listens who will want to know why a frame ended there. */
  #countedBy({ counters }: StageAt): Readonly<Record<string, number>> | undefined {
    return this.#home.tap.isOn ? { ...counters } : undefined;
  }
  /** A frame has ended at a stage. */
  #ended(
    frame: Transit,
    direction: 'in' | 'out',
    { id, counters }: StageAt,
    before: Readonly<Record<string, number>> | undefined,
  ): false {
    this.counters.dropped += 1;
    if (before !== undefined) this.#tellDropped(frame, direction, id, risen(counters, before));
    return false;
  }
  /** Whether frames of a domain belong here; nobody sees those that do not, whoever chose the port. */
  carries(domain: number): boolean {
    for (const { stage } of this.#ofDomains) if (!stage.carries(domain)) return false;
    return domain === 0 || this.#ofDomains.length > 0;
  }
  /** Whether a frame that goes to all ports goes to this one. */
  isFloodedBy({ domain, group }: Transit): boolean {
    for (const { stage } of this.#ofGroups) if (!stage.reaches(group)) return false;
    return this.carries(domain);
  }

  /** A frame for the endpoint; keeps its bytes. True when it is on its way there, and arrives `at` its transit's instant. */
  enqueue(frame: Transit): boolean {
    if (this.#ofDomains.length > 0 || frame.domain === 0) return this.#enqueueFrom(0, frame);
    this.counters.dropped += 1;
    if (this.#home.tap.isOn) this.#tellDropped(frame, 'out', 'vlan', 'foreign');
    return false;
  }
  /** What the switch itself says to the bridge at the other end: no queue that others fill holds it up or loses it. */
  enqueueForBridge(frame: Transit): void {
    this.#enqueueFrom(0, frame, true);
  }
  /** What the stage of a row held goes on behind it. */
  goOn(row: number, frame: Transit): void {
    const place = this.#egress.findIndex((at) => at.row > row);
    this.#enqueueFrom(place < 0 ? this.#egress.length : place, frame);
  }
  /** @param first place of the first stage that it passes, of those that look at what goes to the endpoint */
  #enqueueFrom(first: number, frame: Transit, isForBridge = false): boolean {
    for (let place = first; place < this.#egress.length; place++) {
      const at = this.#egress[place]!;
      if (isForBridge && !at.isOfCable) continue;
      const before = this.#countedBy(at);
      const passage = at.stage.egress(frame);
      if (passage === 'held') return false;
      if (!passage) return this.#ended(frame, 'out', at, before);
    }
    // Whatever stages there are, the queue is bounded.
    if (this.#queue.length >= PORT_QUEUE_LIMIT + (isForBridge ? FOR_BRIDGES : 0)) {
      this.counters.dropped += 1;
      if (this.#home.tap.isOn) this.#tellDropped(frame, 'out', 'queue', 'queueFull');
      return false;
    }
    const { at, bytes: kept, domain, number } = frame;
    let place = this.#queue.length;
    while (place > 0 && this.#queue[place - 1]!.at > at) place -= 1;
    // Nearly always the last: nothing is moved for it.
    if (place === this.#queue.length) this.#queue.push({ at, bytes: kept, domain, number });
    else this.#queue.splice(place, 0, { at, bytes: kept, domain, number });
    this.#home.deliverAt(this.index, at);
    this.#home.queued(this, frame);
    if (this.#home.tap.isOn) this.#tell('queued', frame, { due: at });
    return true;
  }

  /** A frame that a stage held ends. */
  lose(frame: Readonly<Transit>, stage: string, reason: string): void {
    this.counters.dropped += 1;
    if (this.#home.tap.isOn) this.#tellDropped(frame, 'out', stage, reason);
  }

  /** The instant has come that the stage of a row wished for. */
  wake(row: number, at: VirtualNs): void {
    this.stages.find((stage) => stage.row === row)?.stage.timer?.(at);
  }

  /** The frame whose turn it is arrives. */
  deliver(): void {
    const frame = this.#queue.shift();
    if (frame === undefined) return;
    this.counters.framesOut += 1;
    this.counters.bytesOut += frame.bytes.length;
    if (this.#home.tap.isOn) this.#tell('delivered', frame);
    this.endpoint.receive(frame.bytes);
  }

  #tell(point: TappedFrame['point'], frame: QueuedFrame, more: Partial<TappedFrame> = {}): void {
    const { tap, switch: name } = this.#home;
    const { bytes: heard, domain = 0, number = 0 } = frame;
    const at = this.#home.now();
    tap.tell({ point, switch: name, port: this.index, at, bytes: heard, domain, number, ...more });
  }
  #tellDropped(frame: QueuedFrame, direction: 'in' | 'out', stage: string, reason?: string): void {
    this.#tell('dropped', frame, { direction, stage, ...(reason === undefined ? {} : { reason }) });
  }

  /** What has its instant of arrival, the next first. */
  get queue(): readonly QueuedFrame[] {
    return this.#queue;
  }
  /**
   * What is on its way to the endpoint, the next first: what stages hold too. When those would arrive nobody knows, so they are as if all
   * that holds them let them go now.
   */
  get underway(): readonly QueuedFrame[] {
    const held = this.#holding.flatMap(({ stage }) => stage.heldFrames?.() ?? []);
    if (held.length === 0) return this.#queue;
    const now = this.#home.now();
    const frames = held.map((frame) => ({ ...frame, at: Math.max(now, frame.at) }));
    return [...this.#queue, ...frames].sort((a, b) => a.at - b.at);
  }

  /** What is on its way is lost, and other frames are on their way instead, ascending by instant. */
  replaceQueue(frames: readonly QueuedFrame[]): void {
    const { underway } = this;
    this.counters.dropped += underway.length;
    if (this.#home.tap.isOn) for (const lost of underway) this.#tellDropped(lost, 'out', 'link', 'linkDown');
    this.#queue = [...frames];
    for (const { stage } of this.stages) stage.cleared?.();
  }

  /** Its endpoint was taken out: no stage is called again. */
  close(): void {
    for (const { row } of this.stages) this.#home.wakeAt(this.index, row, Number.POSITIVE_INFINITY);
  }

  capture(): PortState {
    const { name, isPlugged: up, counters } = this;
    const stages = this.stages.map((at) => capturePlaced(at.id, at.stage, at.counters));
    return { name, up, counters, stages, queue: this.#queue };
  }

  restore({ name, up, queue, counters, stages }: PortState): void {
    if (portNamed(name) !== this.name)
      throw new SnapshotFormatError(`port ${this.index} was ${JSON.stringify(name)}`);
    if (stages.length !== this.stages.length)
      throw new SnapshotFormatError(`port ${this.index} has other stages`);
    this.isPlugged = up;
    this.#queue = [...queue];
    Object.assign(this.counters, counters);
    for (const [place, { id, stage, counters: counts }] of this.stages.entries())
      restorePlaced(id, stage, counts, stages[place]!);
  }
}

/** The port as the one of its stages sees it. */
class PortOfStage implements StagePort {
  readonly index: number;
  readonly name: string;
  readonly seed: number;
  readonly #port: SwitchPort;
  readonly #stage: string;
  readonly #home: PortHome;
  readonly #row: number;
  /** What goes on: its fields are the port's while it does. */
  readonly #transit: Transit = emptyTransit();

  constructor(port: SwitchPort, stage: string, home: PortHome, row: number) {
    this.index = port.index;
    this.name = port.name;
    // Ends of links had another name once, and are as lossy as they were.
    const seedName = port.name.replace(/^link\//, 'link ');
    this.seed = seedOf(home.seed, `${home.switch}/${seedName}/${stage}`);
    this.#port = port;
    this.#stage = stage;
    this.#home = home;
    this.#row = row;
  }

  get up(): boolean {
    return this.#port.up;
  }
  get queued(): number {
    return this.#port.queue.length;
  }
  freeAt(): VirtualNs {
    return this.#port.freeAt(this.#row);
  }
  leaves(frame: Readonly<Transit>, at: VirtualNs): void {
    this.#port.leaves(frame, at);
  }
  now(): VirtualNs {
    return this.#home.now();
  }
  wakeAt(at: VirtualNs): void {
    this.#home.wakeAt(this.index, this.#row, at);
  }
  goOn(frame: Readonly<Transit>): void {
    this.#port.goOn(this.#row, Object.assign(this.#transit, frame));
  }
  lose(frame: Readonly<Transit>, reason: string): void {
    this.#port.lose(frame, this.#stage, reason);
  }
}

/**
 * virtio network card: ether frames between a guest's rings and a port of a switch. It knows nothing of what is at the other end. What a
 * driver leaves to it of the work with packets it does (offload/): on the wire there are whole frames only.
 */
import { LIMITS } from '#base/catalogue/limits';
import { refill, SnapshotFormatError } from '#base/state/bytes';
import { type PartState, partState, stateIn } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import type { EventQueue } from '../../../event-queue.ts';
import { NET_COUNTERS, type NetCounter } from '../../card/metrics.ts';
import { type CounterRow, type Counters, namesOf, zeroCounters } from '../../counters.ts';
import type { RegisterRow } from '../../register.ts';
import { DescriptorChain, type Reach } from '../descriptor-chain.ts';
import type { FeatureNeed, VirtioDevice, VirtioPort } from '../virtio-device.ts';
import { type Controlled, control, MOST_COMMAND } from './control.ts';
import { ALL_FRAMES, ReceiveFilter } from './filter.ts';
import { CHECKED, NEEDS_CSUM, type NetHeader, PLAIN, readHeader } from './offload/header.ts';
import { Merger } from './offload/merger.ts';
import { Cutter, completeChecksum, isLarge, isOfV6 } from './offload/sending.ts';
import { isChecked, type Transport, transportOf } from './offload/transport.ts';
import { ReceiveBuffers } from './receive-buffers.ts';
import * as reg from './registers.ts';
import { NET } from './state.ts';
import { Steering } from './steering.ts';

export interface NetOptions {
  /** Six bytes. */
  readonly mac: Uint8Array;
  /** Takes a frame that the guest sends; the bytes are valid only during the call. */
  readonly transmit: (frame: Uint8Array) => void;
  /** A driver has begun to use it, or has ended; the same may be told twice. */
  readonly inUse?: (isInUse: boolean) => void;
  /** Channel of its events: its own on the host. */
  readonly channel: string;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
  /** What of the work with packets it takes over: all unless given. */
  readonly offloads?: number;
  /** What a packet holds at most, where the driver is to know it. */
  readonly mtu?: number;
  /** Of the wire; 1000 unless given. */
  readonly megabitsPerSecond?: number;
  /** Pairs of queues; 1 unless given. */
  readonly pairs?: number;
}

/** A command, and the byte that answers it. */
const COMMAND_REACH: Reach = { readable: MOST_COMMAND, writable: 1 };
/** A header and a packet. */
const REACH: Reach = { readable: reg.HEADER_SIZE + reg.LARGEST_PACKET, writable: 0 };
/** In front of a packet in a frame; with a tag. */
const ETHER_HEADERS = 18;
/** How long a packet waits for a frame that continues it; four times as long as one takes at the usual speed. */
const PATIENCE_NS: VirtualNs = 50_000;

export class VirtioNet implements VirtioDevice {
  readonly kind = 'net';
  readonly deviceId: number = reg.DEVICE_ID;
  readonly inOrder = true;
  readonly features: number;
  readonly needs: readonly FeatureNeed[] = reg.NEEDS;
  readonly featuresHigh: number = reg.F_SPEED_DUPLEX_HIGH;
  readonly queueSizes: readonly number[];
  /** The control queue came later. */
  readonly earlierQueues = 2;
  readonly config: Uint8Array = new Uint8Array(reg.CONFIG_SIZE);
  readonly configRegisters: readonly RegisterRow[] = reg.CONFIG_REGISTERS;
  readonly counters: Counters<NetCounter> = zeroCounters(namesOf(NET_COUNTERS));
  readonly counterRows: readonly CounterRow[] = NET_COUNTERS;
  readonly #options: NetOptions;
  /** The address that it is built with. */
  readonly #ownMac: Uint8Array;
  /** Of queues. */
  readonly #pairs: number;
  readonly #chain = new DescriptorChain(reg.QUEUE_SIZE);
  /** Header and packet of the guest's. */
  readonly #buffer = new Uint8Array(reg.HEADER_SIZE + reg.LARGEST_PACKET);
  readonly #cutter = new Cutter();
  readonly #merger = new Merger();
  readonly #buffers = new ReceiveBuffers();
  readonly #filter = new ReceiveFilter();
  readonly #steering = new Steering();
  #isInUse = false;
  /** When the packet that grows is given to the driver at the latest. */
  #dueAt: VirtualNs = 0;
  #port: VirtioPort | undefined;

  constructor(options: NetOptions) {
    this.#options = options;
    this.#ownMac = options.mac.slice(0, 6);
    this.config.set(this.#ownMac, reg.CONFIG_MAC);
    this.config[reg.CONFIG_STATUS] = reg.STATUS_LINK_UP;
    const { offloads = reg.OFFLOADS, mtu = 0, megabitsPerSecond = 1000, pairs = 1 } = options;
    const config = new DataView(this.config.buffer);
    this.#pairs = Math.min(pairs, LIMITS.cardQueues.most);
    config.setUint16(reg.CONFIG_PAIRS, this.#pairs, true);
    config.setUint16(reg.CONFIG_MTU, mtu, true);
    config.setUint32(reg.CONFIG_SPEED, megabitsPerSecond, true);
    config.setUint8(reg.CONFIG_DUPLEX, reg.DUPLEX_FULL);
    this.queueSizes = [
      ...Array.from({ length: 2 * this.#pairs }, () => reg.QUEUE_SIZE),
      reg.CONTROL_QUEUE_SIZE,
    ];
    this.features =
      reg.F_MAC |
      reg.F_STATUS |
      reg.F_MRG_RXBUF |
      reg.CONTROLS |
      (offloads & reg.OFFLOADS) |
      (mtu === 0 ? 0 : reg.F_MTU) |
      (this.#pairs === 1 ? 0 : reg.F_MQ);
  }

  /** The card's address. */
  get mac(): Uint8Array {
    return this.config.slice(reg.CONFIG_MAC, reg.CONFIG_MAC + 6);
  }

  get linkUp(): boolean {
    return (this.config[reg.CONFIG_STATUS]! & reg.STATUS_LINK_UP) !== 0;
  }

  plugged(port: VirtioPort): void {
    this.#port = port;
    this.#options.events.on(this.#options.channel, () => this.#isDue());
  }

  unplugged(): void {
    this.#merger.clear();
    this.#options.events.off(this.#options.channel);
    this.#port = undefined;
  }

  /** Pulls or inserts the cable; the driver is told. */
  setLink(up: boolean): void {
    if (up === this.linkUp) return;
    this.config[reg.CONFIG_STATUS] = up ? reg.STATUS_LINK_UP : 0;
    this.#port?.configChanged();
    if (up) this.announce();
  }
  /** It is at another place of the network: its driver is to say so there. */
  announce(): void {
    const port = this.#port;
    if (!port?.live || !this.linkUp || !port.accepted(reg.F_GUEST_ANNOUNCE)) return;
    this.config[reg.CONFIG_STATUS]! |= reg.STATUS_ANNOUNCE;
    port.configChanged();
  }

  /** The copy's own address. A guest that runs sends from the original's still, so its cable is out until somebody inserts it. */
  becomeCopy(runs: boolean): void {
    this.config.set(this.#ownMac, reg.CONFIG_MAC);
    if (runs) this.setLink(false);
  }

  /** New receive buffers, or a page of one, need no work: a frame looks for one when it comes. */
  notify(queue: number): void {
    // Each queue is told of when the driver is ready.
    if (!this.#isInUse) this.#use(true);
    const isSeveral = this.#port?.accepted(reg.F_MQ) === true;
    if (queue === (isSeveral ? 2 * this.#pairs : reg.CONTROL_QUEUE)) this.#command(queue);
    else if (queue % 2 === reg.TRANSMIT_QUEUE) this.#transmit(queue);
  }

  #use(isInUse: boolean): void {
    this.#isInUse = isInUse;
    this.#options.inUse?.(isInUse);
  }

  reset(): void {
    this.#use(false);
    this.#forget();
    this.#filter.restore(ALL_FRAMES);
    this.#steering.reset();
    this.config[reg.CONFIG_STATUS]! &= ~reg.STATUS_ANNOUNCE;
  }

  capture(): PartState {
    const held = this.#merger.capture();
    return partState(NET, {
      config: this.config,
      held: held && { ...held, leftNs: Math.max(0, this.#dueAt - this.#options.now()) },
      filter: this.#filter.capture(),
      ...{ pairs: this.#steering.pairs, steering: this.#steering.table },
      counters: this.counters,
    });
  }

  restore(saved: PartState): void {
    const state = stateIn(NET, saved);
    this.config.set(state.config.subarray(0, reg.CONFIG_LIVE_SIZE));
    this.#filter.restore(state.filter);
    if (state.pairs < 1 || state.pairs > this.#pairs)
      throw new SnapshotFormatError('queues that a card has not');
    this.#steering.pairs = state.pairs;
    refill(this.#steering.table, state.steering, 'flows');
    Object.assign(this.counters, state.counters);
    this.#forget();
    this.#merger.restore(state.held);
    if (state.held !== undefined) this.#await(state.held.leftNs);
    this.#use(this.#port?.live === true);
  }

  // Receiving.

  /** Gives a frame to the guest, at once or with those that continue it, or drops it when no buffer waits. */
  receive(frame: Uint8Array): void {
    const port = this.#port;
    if (!port?.live || !this.linkUp || frame.length > this.#longestIn(port)) {
      this.counters.droppedIn += 1;
      return;
    }
    if (!this.#filter.takes(frame, this.config, port.accepted(reg.F_CTRL_VLAN))) {
      this.counters.filteredIn += 1;
      return;
    }
    const merger = this.#merger;
    const parts = transportOf(frame);
    if (parts !== undefined && merger.add(frame, parts)) {
      if (merger.isComplete) this.#giveHeld(port);
      else this.#dueAt = this.#options.now() + PATIENCE_NS;
      return;
    }
    if (merger.pieces > 0) this.#giveHeld(port);
    const grows =
      parts !== undefined &&
      port.accepted(parts.isV6 ? reg.F_GUEST_TSO6 : reg.F_GUEST_TSO4) &&
      merger.begin(frame, parts);
    if (grows) this.#await(PATIENCE_NS);
    else this.#give(port, this.#headerOf(port, frame, parts), frame, 1);
  }

  /** With an MTU that was agreed on, nothing longer is passed on (§5.1.4.1). */
  #longestIn(port: VirtioPort): number {
    const { most } = LIMITS.etherFrameBytes;
    return port.accepted(reg.F_MTU) ? Math.min(most, (this.#options.mtu ?? most) + ETHER_HEADERS) : most;
  }
  /** What the driver need not look at any more. */
  #headerOf(port: VirtioPort, frame: Uint8Array, parts: Transport | undefined): NetHeader {
    const isGood = parts !== undefined && port.accepted(reg.F_GUEST_CSUM) && isChecked(frame, parts);
    return isGood ? CHECKED : PLAIN;
  }
  #giveHeld(port: VirtioPort): void {
    const { pieces } = this.#merger;
    const header = this.#merger.finish();
    this.#give(port, header, this.#merger.packet, pieces);
  }
  /** @param frames how many of those that a wire carries it is made of */
  #give(port: VirtioPort, header: NetHeader, packet: Uint8Array, frames: number): void {
    const queue = 2 * this.#steering.pairFor(packet) + reg.RECEIVE_QUEUE;
    if (!this.#buffers.deliver(port, queue, header, packet)) {
      this.counters.droppedIn += frames;
      return;
    }
    this.counters.framesIn += frames;
    this.counters.bytesIn += packet.length + (frames - 1) * header.headerLength;
  }

  #await(ns: VirtualNs): void {
    const { events, channel, now } = this.#options;
    this.#dueAt = now() + ns;
    events.cancel(channel, reg.RECEIVE_QUEUE);
    events.schedule(this.#dueAt, channel, reg.RECEIVE_QUEUE);
  }
  /** A packet has waited for its next frame; another may have come meanwhile, and then it waits on. */
  #isDue(): void {
    const { events, channel, now } = this.#options;
    if (this.#merger.pieces === 0) return;
    if (now() < this.#dueAt) events.schedule(this.#dueAt, channel, reg.RECEIVE_QUEUE);
    else if (this.#port !== undefined) this.#giveHeld(this.#port);
  }
  #forget(): void {
    this.#merger.clear();
    this.#options.events.cancel(this.#options.channel, reg.RECEIVE_QUEUE);
  }

  // Sending.

  #transmit(index: number): void {
    const port = this.#port;
    if (port === undefined) return;
    const queue = port.queue(index);
    queue.beginService();
    let completed = 0;
    while (completed < queue.size && queue.next(this.#chain, REACH)) {
      const length = this.#chain.readable;
      const packetLength = length - reg.HEADER_SIZE;
      if (packetLength < LIMITS.etherFrameBytes.least || packetLength > reg.LARGEST_PACKET || !this.linkUp)
        this.counters.droppedOut += 1;
      else {
        const whole = this.#buffer.subarray(0, length);
        if (!this.#chain.read(port.memory, 0, whole)) {
          port.fail();
          return;
        }
        const packet = whole.subarray(reg.HEADER_SIZE);
        this.#steering.sent(packet, index >> 1);
        if (!this.#send(port, readHeader(whole), packet)) this.counters.droppedOut += 1;
      }
      queue.complete(this.#chain, 0);
      completed += 1;
    }
    if (completed > 0) port.used(index);
  }

  /** False for what is no frame, nor becomes some. What was not agreed on means nothing. */
  #send(port: VirtioPort, header: NetHeader, packet: Uint8Array): boolean {
    if (isLarge(header) && port.accepted(isOfV6(header) ? reg.F_HOST_TSO6 : reg.F_HOST_TSO4))
      return this.#cutter.cut(packet, header, (frame) => this.#emit(frame));
    if (packet.length > LIMITS.etherFrameBytes.most) return false;
    const isOpen = port.accepted(reg.F_CSUM) && (header.flags & NEEDS_CSUM) !== 0;
    if (isOpen && !completeChecksum(packet, header)) return false;
    this.#emit(packet);
    return true;
  }
  #emit(frame: Uint8Array): void {
    this.counters.framesOut += 1;
    this.counters.bytesOut += frame.length;
    this.#options.transmit(frame);
  }

  // Commands.

  #command(index: number): void {
    const port = this.#port;
    if (port === undefined) return;
    const queue = port.queue(index);
    queue.beginService();
    const chain = this.#chain;
    for (let done = 0; done < queue.size && queue.next(chain, COMMAND_REACH); done++) {
      const bytes = this.#buffer.subarray(0, Math.min(chain.readable, MOST_COMMAND));
      const isWhole = chain.readable <= MOST_COMMAND && chain.read(port.memory, 0, bytes);
      const answer = isWhole && control(bytes, this.#controlled(port)) ? reg.CONTROL_OK : reg.CONTROL_ERROR;
      const isAnswered = chain.write(port.memory, 0, Uint8Array.of(answer));
      queue.complete(chain, isAnswered ? 1 : 0);
      port.used(index);
    }
  }
  #controlled(port: VirtioPort): Controlled {
    return {
      filter: this.#filter,
      accepted: (feature) => port.accepted(feature),
      setMac: (mac) => {
        this.config.set(mac, reg.CONFIG_MAC);
        port.configSet();
      },
      announced: () => {
        this.config[reg.CONFIG_STATUS]! &= ~reg.STATUS_ANNOUNCE;
      },
      setPairs: (pairs) => {
        const isThere = pairs >= 1 && pairs <= this.#pairs;
        if (isThere) this.#steering.pairs = pairs;
        return isThere;
      },
    };
  }
}

/**
 * virtio network card: ether frames between a guest's rings and a port of a switch. It knows nothing of what is at the other end. What a
 * driver leaves to it of the work with packets it does (offload/): on the wire there are whole frames only.
 */
import { LIMITS } from '#base/catalogue/limits';
import { refill } from '#base/state/bytes';
import { type PartState, partState, stateIn } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import type { EventQueue } from '../../../event-queue.ts';
import { NET_COUNTERS, type NetCounter } from '../../card/metrics.ts';
import { type CounterRow, type Counters, namesOf, zeroCounters } from '../../counters.ts';
import type { RegisterRow } from '../../register.ts';
import { DescriptorChain, type Reach } from '../descriptor-chain.ts';
import type { VirtioDevice, VirtioPort } from '../virtio-device.ts';
import { DATA_VALID, NEEDS_CSUM, type NetHeader, PLAIN, readHeader } from './offload/header.ts';
import { Merger } from './offload/merger.ts';
import { Cutter, completeChecksum, isLarge, isOfV6 } from './offload/sending.ts';
import { isChecked, transportOf } from './offload/transport.ts';
import { ReceiveBuffers } from './receive-buffers.ts';
import * as reg from './registers.ts';
import { NET } from './state.ts';

export interface NetOptions {
  /** Six bytes. */
  readonly mac: Uint8Array;
  /** Takes a frame that the guest sends; the bytes are valid only during the call. */
  readonly transmit: (frame: Uint8Array) => void;
  /** Channel of its events: its own on the host. */
  readonly channel: string;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
  /** What of the work with packets it takes over: all unless given. */
  readonly offloads?: number;
}

/** A header and a packet. */
const REACH: Reach = { readable: reg.HEADER_SIZE + reg.LARGEST_PACKET, writable: 0 };
/** How long a packet waits for a frame that continues it; four times as long as one takes at the usual speed. */
const PATIENCE_NS: VirtualNs = 50_000;

export class VirtioNet implements VirtioDevice {
  readonly kind = 'net';
  readonly deviceId: number = reg.DEVICE_ID;
  readonly inOrder = true;
  readonly features: number;
  readonly queueSizes: readonly number[] = [reg.QUEUE_SIZE, reg.QUEUE_SIZE];
  readonly config: Uint8Array = new Uint8Array(reg.CONFIG_SIZE);
  readonly configRegisters: readonly RegisterRow[] = reg.CONFIG_REGISTERS;
  readonly counters: Counters<NetCounter> = zeroCounters(namesOf(NET_COUNTERS));
  readonly counterRows: readonly CounterRow[] = NET_COUNTERS;
  readonly #options: NetOptions;
  /** The address that it is built with. */
  readonly #ownMac: Uint8Array;
  readonly #chain = new DescriptorChain(reg.QUEUE_SIZE);
  /** Header and packet of the guest's. */
  readonly #buffer = new Uint8Array(reg.HEADER_SIZE + reg.LARGEST_PACKET);
  readonly #cutter = new Cutter();
  readonly #merger = new Merger();
  readonly #buffers = new ReceiveBuffers();
  /** When the packet that grows is given to the driver at the latest. */
  #dueAt: VirtualNs = 0;
  #port: VirtioPort | undefined;

  constructor(options: NetOptions) {
    this.#options = options;
    this.#ownMac = options.mac.slice(0, 6);
    this.config.set(this.#ownMac, reg.CONFIG_MAC);
    this.config[reg.CONFIG_STATUS] = reg.STATUS_LINK_UP;
    this.features =
      reg.F_MAC | reg.F_STATUS | reg.F_MRG_RXBUF | ((options.offloads ?? reg.OFFLOADS) & reg.OFFLOADS);
  }

  /** The card's address. */
  get mac(): Uint8Array {
    return this.config.slice(reg.CONFIG_MAC, reg.CONFIG_MAC + 6);
  }

  get linkUp(): boolean {
    return this.config[reg.CONFIG_STATUS] === reg.STATUS_LINK_UP;
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
  }

  /** The copy's own address. A guest that runs sends from the original's still, so its cable is out until somebody inserts it. */
  becomeCopy(runs: boolean): void {
    this.config.set(this.#ownMac, reg.CONFIG_MAC);
    if (runs) this.setLink(false);
  }

  /** New receive buffers, or a page of one, need no work: a frame looks for one when it comes. */
  notify(queue: number): void {
    if (queue === reg.TRANSMIT_QUEUE) this.#transmit();
  }

  reset(): void {
    this.#forget();
  }

  capture(): PartState {
    const held = this.#merger.capture();
    return partState(NET, {
      config: this.config,
      held: held && { ...held, leftNs: Math.max(0, this.#dueAt - this.#options.now()) },
      counters: this.counters,
    });
  }

  restore(saved: PartState): void {
    const state = stateIn(NET, saved);
    refill(this.config, state.config, 'the configuration space');
    Object.assign(this.counters, state.counters);
    this.#forget();
    this.#merger.restore(state.held);
    if (state.held !== undefined) this.#await(state.held.leftNs);
  }

  // Receiving.

  /** Gives a frame to the guest, at once or with those that continue it, or drops it when no buffer waits. */
  receive(frame: Uint8Array): void {
    const port = this.#port;
    if (!port?.live || !this.linkUp || frame.length > LIMITS.etherFrameBytes.most) {
      this.counters.droppedIn += 1;
      return;
    }
    const merger = this.#merger;
    if (merger.add(frame)) {
      if (merger.isComplete) this.#giveHeld(port);
      else this.#dueAt = this.#options.now() + PATIENCE_NS;
      return;
    }
    if (merger.pieces > 0) this.#giveHeld(port);
    const isWanted = (isV6: boolean): boolean => port.accepted(isV6 ? reg.F_GUEST_TSO6 : reg.F_GUEST_TSO4);
    if (merger.begin(frame, isWanted)) this.#await(PATIENCE_NS);
    else this.#give(port, this.#headerOf(port, frame), frame, 1);
  }

  /** What the driver need not look at any more. */
  #headerOf(port: VirtioPort, frame: Uint8Array): NetHeader {
    if (!port.accepted(reg.F_GUEST_CSUM)) return PLAIN;
    const packet = transportOf(frame);
    const isGood = packet !== undefined && isChecked(frame, packet);
    return isGood ? { ...PLAIN, flags: DATA_VALID } : PLAIN;
  }
  #giveHeld(port: VirtioPort): void {
    const { pieces } = this.#merger;
    const header = this.#merger.finish();
    this.#give(port, header, this.#merger.packet, pieces);
  }
  /** @param frames how many of those that a wire carries it is made of */
  #give(port: VirtioPort, header: NetHeader, packet: Uint8Array, frames: number): void {
    if (!this.#buffers.deliver(port, reg.RECEIVE_QUEUE, header, packet)) {
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

  #transmit(): void {
    const port = this.#port;
    if (port === undefined) return;
    const queue = port.queue(reg.TRANSMIT_QUEUE);
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
        if (!this.#send(port, readHeader(whole), whole.subarray(reg.HEADER_SIZE)))
          this.counters.droppedOut += 1;
      }
      queue.complete(this.#chain, 0);
      completed += 1;
    }
    if (completed > 0) port.used(reg.TRANSMIT_QUEUE);
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
}

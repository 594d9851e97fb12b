/**
 * virtio network card: ether frames between a guest's rings and a port of a switch. It knows nothing of what is at the
 * other end.
 */
import { LIMITS } from '#base/catalogue/limits';
import { refill } from '#base/state/bytes';
import { type PartState, partState, stateIn } from '#base/state/part';
import { NET_COUNTERS, type NetCounter } from '../../card/metrics.ts';
import { type CounterRow, type Counters, namesOf, zeroCounters } from '../../counters.ts';
import type { RegisterRow } from '../../register.ts';
import { DescriptorChain, type Reach } from '../descriptor-chain.ts';
import type { VirtioDevice, VirtioPort } from '../virtio-device.ts';
import * as reg from './registers.ts';
import { NET } from './state.ts';

export interface NetOptions {
  /** Six bytes. */
  readonly mac: Uint8Array;
  /** Takes a frame that the guest sends; the bytes are valid only during the call. */
  readonly transmit: (frame: Uint8Array) => void;
}

/** A header and a frame. */
const REACH: Reach = {
  readable: reg.HEADER_SIZE + LIMITS.etherFrameBytes.most,
  writable: reg.HEADER_SIZE + LIMITS.etherFrameBytes.most,
};

export class VirtioNet implements VirtioDevice {
  readonly kind = 'net';
  readonly deviceId: number = reg.DEVICE_ID;
  readonly features: number = reg.F_MAC | reg.F_STATUS;
  readonly queueSizes: readonly number[] = [reg.QUEUE_SIZE, reg.QUEUE_SIZE];
  readonly config: Uint8Array = new Uint8Array(reg.CONFIG_SIZE);
  readonly configRegisters: readonly RegisterRow[] = reg.CONFIG_REGISTERS;
  readonly counters: Counters<NetCounter> = zeroCounters(namesOf(NET_COUNTERS));
  readonly counterRows: readonly CounterRow[] = NET_COUNTERS;
  readonly #transmitFrame: (frame: Uint8Array) => void;
  /** The address that it is built with. */
  readonly #ownMac: Uint8Array;
  readonly #chain = new DescriptorChain(reg.QUEUE_SIZE);
  /** Header and frame, in either direction. */
  readonly #buffer = new Uint8Array(reg.HEADER_SIZE + LIMITS.etherFrameBytes.most);
  #port: VirtioPort | undefined;

  constructor(options: NetOptions) {
    this.#ownMac = options.mac.slice(0, 6);
    this.config.set(this.#ownMac, reg.CONFIG_MAC);
    this.config[reg.CONFIG_STATUS] = reg.STATUS_LINK_UP;
    this.#transmitFrame = options.transmit;
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
  }

  unplugged(): void {
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

  /** Gives a frame to the guest, or drops it when no buffer waits. */
  receive(frame: Uint8Array): void {
    if (this.#deliver(frame)) {
      this.counters.framesIn += 1;
      this.counters.bytesIn += frame.length;
    } else this.counters.droppedIn += 1;
  }

  /** New receive buffers, or a page of one, need no work: a frame looks for one when it comes. */
  notify(queue: number): void {
    if (queue === reg.TRANSMIT_QUEUE) this.#transmit();
  }

  reset(): void {}

  capture(): PartState {
    return partState(NET, { config: this.config, counters: this.counters });
  }

  restore(saved: PartState): void {
    const state = stateIn(NET, saved);
    refill(this.config, state.config, 'the configuration space');
    Object.assign(this.counters, state.counters);
  }

  #deliver(frame: Uint8Array): boolean {
    const port = this.#port;
    if (port === undefined || !port.live || !this.linkUp || frame.length > LIMITS.etherFrameBytes.most)
      return false;
    const queue = port.queue(reg.RECEIVE_QUEUE);
    queue.beginService();
    if (!queue.next(this.#chain, REACH)) return false;
    const length = reg.HEADER_SIZE + frame.length;
    const fits = length <= this.#chain.writable;
    if (fits) {
      this.#buffer.fill(0, 0, reg.HEADER_SIZE);
      this.#buffer[reg.HEADER_NUM_BUFFERS] = 1;
      this.#buffer.set(frame, reg.HEADER_SIZE);
      if (!this.#chain.write(port.memory, 0, this.#buffer.subarray(0, length))) {
        port.fail();
        return false;
      }
    }
    // Without mergeable buffers each must hold a whole frame (§5.1.6.3.1); a smaller one goes back empty.
    queue.complete(this.#chain, fits ? length : 0);
    port.used(reg.RECEIVE_QUEUE);
    return fits;
  }

  #transmit(): void {
    const port = this.#port;
    if (port === undefined) return;
    const queue = port.queue(reg.TRANSMIT_QUEUE);
    queue.beginService();
    let completed = 0;
    while (completed < queue.size && queue.next(this.#chain, REACH)) {
      const length = this.#chain.readable;
      const frameLength = length - reg.HEADER_SIZE;
      if (
        frameLength < LIMITS.etherFrameBytes.least ||
        frameLength > LIMITS.etherFrameBytes.most ||
        !this.linkUp
      )
        this.counters.droppedOut += 1;
      else {
        const packet = this.#buffer.subarray(0, length);
        if (!this.#chain.read(port.memory, 0, packet)) {
          port.fail();
          return;
        }
        this.counters.framesOut += 1;
        this.counters.bytesOut += frameLength;
        this.#transmitFrame(packet.subarray(reg.HEADER_SIZE));
      }
      queue.complete(this.#chain, 0);
      completed += 1;
    }
    if (completed > 0) port.used(reg.TRANSMIT_QUEUE);
  }
}

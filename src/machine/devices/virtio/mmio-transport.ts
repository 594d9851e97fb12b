/**
 * The virtio-mmio transport, version 2 (virtio 1.2, §4.2): a slot on the bus that holds a device or is empty. It owns
 * registers, queues and interrupt; what a request means is the device's affair.
 */

import type { DeviceFault } from '#base/catalogue/device-states';
import { refill, SnapshotFormatError } from '#base/state/bytes';
import { type PartState, partState, stateIn } from '#base/state/part';
import { type Counters, namesOf, zeroCounters } from '../counters.ts';
import type { InterruptLine, MmioDevice } from '../device.ts';
import type { GuestMemory } from '../guest-memory.ts';
import type { RegisterRow } from '../register.ts';
import { SLOT_COUNTERS, type SlotCounter } from './metrics.ts';
import * as reg from './registers.ts';
import { VIRTIO_SLOT } from './state.ts';
import {
  F_EVENT_IDX,
  F_IN_ORDER_HIGH,
  F_INDIRECT_DESC,
  F_RING_PACKED_HIGH,
  type VirtioDevice,
  type VirtioPort,
} from './virtio-device.ts';
import { type RingAddress, Virtqueue } from './virtqueue.ts';

export interface VirtioSlotOptions {
  readonly name: string;
  readonly memory: GuestMemory;
  readonly line: InterruptLine;
  /** It offers packed queues, whatever device is in it, and use in order where the device does so; not unless said. */
  readonly packedRings?: boolean;
}

/** Bits of Status that a driver may set. */
const DRIVER_STATUS =
  reg.STATUS_ACKNOWLEDGE |
  reg.STATUS_DRIVER |
  reg.STATUS_DRIVER_OK |
  reg.STATUS_FEATURES_OK |
  reg.STATUS_FAILED;

export class VirtioSlot implements MmioDevice, VirtioPort {
  readonly name: string;
  readonly memory: GuestMemory;
  readonly counters: Counters<SlotCounter> = zeroCounters(namesOf(SLOT_COUNTERS));
  readonly #line: InterruptLine;
  readonly #packedRings: boolean;
  #device: VirtioDevice | undefined;
  #registers: readonly RegisterRow[] = reg.registersOf(undefined);
  #queues: Virtqueue[] = [];
  #status = 0;
  #interrupts = 0;
  #generation = 0;
  #selectedQueue = 0;
  #deviceFeaturesSelect = 0;
  #driverFeaturesSelect = 0;
  readonly #driverFeatures = new Uint32Array(2);
  /** Why the queue broke that made the device need a reset; for people to read. */
  #fault: DeviceFault | undefined;

  constructor(options: VirtioSlotOptions) {
    this.name = options.name;
    this.memory = options.memory;
    this.#line = options.line;
    this.#packedRings = options.packedRings ?? false;
  }

  /** The device in this slot. */
  get device(): VirtioDevice | undefined {
    return this.#device;
  }
  /** The transport's registers, and the configuration space of the device. */
  get registers(): readonly RegisterRow[] {
    return this.#registers;
  }
  get queues(): readonly Virtqueue[] {
    return this.#queues;
  }
  /** Feature words that the device offers, and that the driver has accepted. */
  get offered(): readonly number[] {
    return [this.#offered(0), this.#offered(1)];
  }
  get acceptedFeatures(): readonly number[] {
    return [...this.#driverFeatures];
  }
  /** The Status register (virtio 1.2, 2.1). */
  get status(): number {
    return this.#status;
  }
  /** Why the device needs a reset, if it does. */
  get fault(): DeviceFault | undefined {
    return this.#fault;
  }

  /** Puts a device into the slot; the guest finds it when it looks. */
  plug(device: VirtioDevice): void {
    this.unplug();
    this.#device = device;
    this.#registers = reg.registersOf(device);
    this.#queues = device.queueSizes.map(
      (size) =>
        new Virtqueue(
          size,
          this.memory,
          (fault) => this.#needReset(fault),
          () => {
            this.counters.chains += 1;
          },
        ),
    );
    device.plugged(this);
  }

  /** Empties the slot. */
  unplug(): void {
    this.#device?.unplugged();
    this.#device = undefined;
    this.#registers = reg.registersOf(undefined);
    this.#resetTransport();
    this.#queues = [];
  }

  get live(): boolean {
    return (this.#status & (reg.STATUS_DRIVER_OK | reg.STATUS_NEEDS_RESET)) === reg.STATUS_DRIVER_OK;
  }

  queue(index: number): Virtqueue {
    return this.#queues[index]!;
  }

  used(index: number): void {
    const news = this.queue(index).takeInterrupt();
    if (news === 'wanted') this.#interrupt(reg.INTERRUPT_USED);
    else if (news === 'declined') this.counters.declined += 1;
  }

  accepted(feature: number): boolean {
    return (this.#driverFeatures[0]! & feature) !== 0;
  }
  configSet(): void {
    this.#generation = (this.#generation + 1) >>> 0;
  }
  configChanged(): void {
    this.configSet();
    if ((this.#status & reg.STATUS_DRIVER_OK) !== 0) this.#interrupt(reg.INTERRUPT_CONFIG);
  }

  fail(): void {
    this.#needReset('protocol');
  }

  /** Registers that a driver only writes show what it last wrote. */
  peek(offset: number, size: number): number | undefined {
    const queue = this.#queues[this.#selectedQueue];
    const ring = RING_REGISTERS.get(offset & ~4);
    if (ring !== undefined) return queue?.address(ring, (offset & 4) !== 0);
    switch (offset) {
      case reg.DEVICE_FEATURES_SEL:
        return this.#deviceFeaturesSelect;
      case reg.DRIVER_FEATURES_SEL:
        return this.#driverFeaturesSelect;
      case reg.DRIVER_FEATURES:
        return this.#driverFeatures[this.#driverFeaturesSelect];
      case reg.QUEUE_SEL:
        return this.#selectedQueue;
      case reg.QUEUE_NUM:
        return queue?.size;
      case reg.QUEUE_NOTIFY:
      case reg.INTERRUPT_ACK:
        return undefined;
      default:
        return this.read(offset, size);
    }
  }

  read(offset: number, size: number): number {
    if (offset >= reg.CONFIG) return this.#readConfig(offset - reg.CONFIG, size);
    if (size !== 4) return 0;
    if (offset >= reg.SHM_LEN_LOW && offset <= reg.SHM_BASE_HIGH) return 0xffff_ffff;
    switch (offset) {
      case reg.MAGIC_VALUE:
        return reg.MAGIC;
      case reg.VERSION:
        return reg.TRANSPORT_VERSION;
      case reg.DEVICE_ID:
        return this.#device?.deviceId ?? 0;
      case reg.VENDOR_ID:
        return reg.VENDOR;
      case reg.DEVICE_FEATURES:
        return this.#offered(this.#deviceFeaturesSelect);
      case reg.QUEUE_NUM_MAX:
        return this.#queues[this.#selectedQueue]?.maxSize ?? 0;
      case reg.QUEUE_READY:
        return this.#queues[this.#selectedQueue]?.ready === true ? 1 : 0;
      case reg.INTERRUPT_STATUS:
        return this.#interrupts;
      case reg.STATUS:
        return this.#status;
      case reg.CONFIG_GENERATION:
        return this.#generation;
      default:
        return 0;
    }
  }

  write(offset: number, size: number, value: number): void {
    if (this.#device === undefined) return;
    if (offset >= reg.CONFIG) this.#device.writeConfig?.(offset - reg.CONFIG, size, value);
    if (size !== 4) return;
    switch (offset) {
      case reg.DEVICE_FEATURES_SEL:
        this.#deviceFeaturesSelect = value;
        break;
      case reg.DRIVER_FEATURES_SEL:
        this.#driverFeaturesSelect = value;
        break;
      case reg.DRIVER_FEATURES:
        // Features are settled once FEATURES_OK is set (§3.1.1).
        if ((this.#status & reg.STATUS_FEATURES_OK) === 0 && this.#driverFeaturesSelect < 2)
          this.#driverFeatures[this.#driverFeaturesSelect] = value;
        break;
      case reg.QUEUE_SEL:
        this.#selectedQueue = value;
        break;
      case reg.QUEUE_NOTIFY:
        this.#notify(value);
        break;
      case reg.INTERRUPT_ACK:
        this.#interrupts &= ~value;
        this.#line.set(this.#interrupts !== 0);
        break;
      case reg.STATUS:
        this.#writeStatus(this.#device, value);
        break;
      default:
        this.#writeQueueRegister(offset, value);
    }
  }

  reset(): void {
    this.#resetTransport();
    this.#device?.reset('system');
  }

  /** A page of the guest's is there that was not: queues that wait are served again. */
  pageArrived(): void {
    for (let queue = 0; queue < this.#queues.length && this.live; queue++)
      if (this.#queues[queue]?.waits === true) this.#device?.notify(queue);
  }

  capture(): PartState {
    return partState(VIRTIO_SLOT, {
      status: this.#status,
      interrupts: this.#interrupts,
      generation: this.#generation,
      selectedQueue: this.#selectedQueue,
      deviceFeaturesSelect: this.#deviceFeaturesSelect,
      driverFeaturesSelect: this.#driverFeaturesSelect,
      driverFeatures: this.#driverFeatures,
      fault: this.#fault,
      counters: this.counters,
      queues: this.#queues.map((queue) => queue.capture()),
      device: this.#device?.capture(),
    });
  }

  /** The same sort of device must be in the slot; the line's level was saved with the PLIC. */
  restore(saved: PartState): void {
    const state = stateIn(VIRTIO_SLOT, saved);
    const isEmpty = state.device === undefined;
    const isCounted = [this.#queues.length, this.#device?.earlierQueues].includes(state.queues.length);
    if (isEmpty !== (this.#device === undefined) || !isCounted)
      throw new SnapshotFormatError(`${this.name} holds another device`);
    this.#status = state.status;
    this.#interrupts = state.interrupts;
    this.#generation = state.generation;
    this.#selectedQueue = state.selectedQueue;
    this.#deviceFeaturesSelect = state.deviceFeaturesSelect;
    this.#driverFeaturesSelect = state.driverFeaturesSelect;
    refill(this.#driverFeatures, state.driverFeatures, 'feature words');
    this.#fault = state.fault;
    Object.assign(this.counters, state.counters);
    for (const [index, queue] of state.queues.entries()) this.#queues[index]?.restore(queue);
    for (const queue of this.#queues.slice(state.queues.length)) queue.reset();
    if (state.device !== undefined) this.#device?.restore(state.device);
  }

  #offered(word: number): number {
    if (this.#device === undefined) return 0;
    const { features, featuresHigh = 0, inOrder = false } = this.#device;
    if (word === 0) return (features | F_EVENT_IDX) >>> 0;
    if (word !== 1) return 0;
    const packed = this.#packedRings ? F_RING_PACKED_HIGH | (inOrder ? F_IN_ORDER_HIGH : 0) : 0;
    return (reg.FEATURE_VERSION_1_HIGH | featuresHigh | packed) >>> 0;
  }

  /** A byte, half word or word of the configuration space; zero past its end. */
  #readConfig(at: number, size: number): number {
    const config = this.#device?.config;
    if (config === undefined) return 0;
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = value * 256 + (config[at + i] ?? 0);
    return value;
  }

  #writeQueueRegister(offset: number, value: number): void {
    const queue = this.#queues[this.#selectedQueue];
    if (queue === undefined) return;
    if (offset === reg.QUEUE_READY) {
      if (value === 0) {
        queue.reset();
        this.#device?.withdrawn?.(this.#selectedQueue);
      } else if (!queue.ready) {
        queue.enable({
          indirect: this.accepted(F_INDIRECT_DESC),
          eventIndex: this.accepted(F_EVENT_IDX),
          packed: (this.#driverFeatures[1]! & F_RING_PACKED_HIGH) !== 0,
        });
      }
      return;
    }
    // A driver may not change a queue that is ready (§4.2.2.2).
    if (queue.ready) return;
    const ring = RING_REGISTERS.get(offset & ~4);
    if (offset === reg.QUEUE_NUM) queue.size = value;
    else if (ring !== undefined) queue.setAddress(ring, (offset & 4) !== 0, value);
  }

  #writeStatus(device: VirtioDevice, value: number): void {
    if (value === 0) {
      this.counters.resets += 1;
      this.#resetTransport();
      device.reset('driver');
      return;
    }
    let added = value & DRIVER_STATUS & ~this.#status;
    if ((added & reg.STATUS_FEATURES_OK) !== 0 && !this.#featuresAcceptable())
      added &= ~reg.STATUS_FEATURES_OK;
    const featuresOk = ((this.#status | added) & reg.STATUS_FEATURES_OK) !== 0;
    if (!featuresOk) added &= ~reg.STATUS_DRIVER_OK;
    this.#status |= added;
    // Buffers may have been made available before the device went live.
    if ((added & reg.STATUS_DRIVER_OK) !== 0)
      for (let queue = 0; queue < this.#queues.length && this.live; queue++) device.notify(queue);
  }

  /** Only offered features, none without what it needs, and not without VERSION_1: there is no legacy interface (§6.1). */
  #featuresAcceptable(): boolean {
    const [low, high] = this.#driverFeatures as unknown as [number, number];
    const isOffered = (low & ~this.#offered(0)) === 0 && (high & ~this.#offered(1)) === 0;
    const needs = this.#device?.needs ?? [];
    const fits = needs.every(({ bits, oneOf }) => (low & bits) === 0 || (low & oneOf) !== 0);
    return isOffered && fits && (high & reg.FEATURE_VERSION_1_HIGH) !== 0;
  }

  #notify(queue: number): void {
    this.counters.notifications += 1;
    if (this.live && this.#queues[queue]?.ready === true) this.#device?.notify(queue);
  }

  #needReset(fault: DeviceFault): void {
    if ((this.#status & reg.STATUS_NEEDS_RESET) !== 0) return;
    this.counters.faults += 1;
    this.#fault = fault;
    this.#status |= reg.STATUS_NEEDS_RESET;
    for (const [index, queue] of this.#queues.entries()) {
      queue.withdraw();
      this.#device?.withdrawn?.(index);
    }
    this.configChanged();
  }

  #interrupt(bit: number): void {
    this.counters.interrupts += 1;
    this.#interrupts |= bit;
    this.#line.set(true);
  }

  #resetTransport(): void {
    this.#status = 0;
    this.#interrupts = 0;
    this.#line.set(false);
    this.#selectedQueue = 0;
    this.#deviceFeaturesSelect = 0;
    this.#driverFeaturesSelect = 0;
    this.#driverFeatures.fill(0);
    this.#fault = undefined;
    for (const queue of this.#queues) queue.reset();
  }
}

const RING_REGISTERS: ReadonlyMap<number, RingAddress> = new Map([
  [reg.QUEUE_DESC_LOW, 'descriptor'],
  [reg.QUEUE_DRIVER_LOW, 'driver'],
  [reg.QUEUE_DEVICE_LOW, 'device'],
]);

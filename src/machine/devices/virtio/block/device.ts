/**
 * virtio disk. It serves one request at a time, each after a modelled latency, so that completion is asynchronous and
 * deterministic; the guest's queue is the only backlog. Data moves at the instant of completion.
 */
import { addressOf } from '#base/addresses';
import { type PartState, partState, stateIn } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import { diskTimeNs } from '../../../disk-time.ts';
import type { EventQueue } from '../../../event-queue.ts';
import { type CounterRow, type Counters, namesOf, zeroCounters } from '../../counters.ts';
import type { Disk } from '../../disk/disk.ts';
import { DescriptorChain, type Reach } from '../descriptor-chain.ts';
import { F_INDIRECT_DESC, type VirtioDevice, type VirtioPort } from '../virtio-device.ts';
import { BLOCK_COUNTERS, type BlockCounter } from './metrics.ts';
import * as reg from './registers.ts';
import { BLOCK } from './state.ts';

export interface BlockOptions {
  /** Channel of this device's events: unique on the host. */
  readonly channel: string;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
  readonly disk: Disk;
  /** Answer to GET_ID, up to 20 characters: Linux shows it as the disk's serial number. */
  readonly serial: string;
  readonly readOnly?: boolean;
}

/** Largest segment: with as many as the queue holds, a request moves 4 MiB at most. */
const SIZE_MAX: number = 32 * 1024;
const SEG_MAX: number = reg.QUEUE_SIZE - 2;
const REQUEST_LIMIT: number = SIZE_MAX * SEG_MAX;
const PIECE = 64 * 1024;
/** Header and data, data and status. */
const REACH: Reach = { readable: reg.HEADER_SIZE + REQUEST_LIMIT, writable: REQUEST_LIMIT + 1 };

export class VirtioBlock implements VirtioDevice {
  readonly kind = 'block';
  readonly deviceId: number = reg.DEVICE_ID;
  readonly features: number;
  readonly queueSizes: readonly number[] = [reg.QUEUE_SIZE];
  readonly config: Uint8Array = new Uint8Array(reg.CONFIG_SIZE);
  readonly counters: Counters<BlockCounter> = zeroCounters(namesOf(BLOCK_COUNTERS));
  readonly counterRows: readonly CounterRow[] = BLOCK_COUNTERS;
  readonly #options: BlockOptions;
  readonly #id = new Uint8Array(reg.ID_SIZE);
  readonly #header = new Uint8Array(reg.HEADER_SIZE);
  readonly #headerView: DataView = new DataView(this.#header.buffer);
  readonly #piece = new Uint8Array(PIECE);
  readonly #status = new Uint8Array(1);
  #port: VirtioPort | undefined;
  /** The request being served: where it lies, what it asks; the queue knows whether there is one. */
  readonly #chain = new DescriptorChain(reg.QUEUE_SIZE);
  /** When it has been served. */
  #dueAt: VirtualNs = 0;
  #type = 0;
  /** First byte on the disk; -1 for a sector that no number holds. */
  #offset = 0;

  constructor(options: BlockOptions) {
    this.#options = options;
    this.features =
      reg.F_SIZE_MAX |
      reg.F_SEG_MAX |
      reg.F_FLUSH |
      F_INDIRECT_DESC |
      (options.readOnly === true ? reg.F_READ_ONLY : 0);
    new TextEncoder().encodeInto(options.serial, this.#id);
    const view = new DataView(this.config.buffer);
    const sectors = Math.floor(options.disk.sizeBytes / reg.SECTOR_SIZE);
    view.setUint32(reg.CONFIG_CAPACITY, sectors % 0x1_0000_0000, true);
    view.setUint32(reg.CONFIG_CAPACITY + 4, Math.floor(sectors / 0x1_0000_0000), true);
    view.setUint32(reg.CONFIG_SIZE_MAX, SIZE_MAX, true);
    view.setUint32(reg.CONFIG_SEG_MAX, SEG_MAX, true);
  }

  /** Requests that wait for the one being served. */
  get backlog(): number {
    return this.#port?.live === true ? this.#port.queue(reg.REQUEST_QUEUE).waiting() : 0;
  }

  plugged(port: VirtioPort): void {
    this.#port = port;
    this.#options.events.on(this.#options.channel, () => this.#finish());
  }

  unplugged(): void {
    this.#port = undefined;
    this.#options.events.off(this.#options.channel);
  }

  notify(): void {
    if (!this.#busy) this.#start();
  }

  reset(): void {
    this.#options.events.cancel(this.#options.channel, 0);
  }

  capture(): PartState {
    const dueIn = this.#dueAt - this.#options.now();
    const request = { chain: this.#chain.capture(), type: this.#type, offset: this.#offset, dueIn };
    return partState(BLOCK, {
      request: this.#busy ? request : undefined,
      counters: this.counters,
      disk: this.#options.disk.capture(),
    });
  }

  restore(saved: PartState): void {
    const { request, counters, disk } = stateIn(BLOCK, saved);
    this.#options.events.cancel(this.#options.channel, 0);
    if (request !== undefined) {
      this.#chain.restore(request.chain);
      this.#port?.queue(reg.REQUEST_QUEUE).adopt(this.#chain, REACH);
      this.#type = request.type;
      this.#offset = request.offset;
      this.#finishIn(request.dueIn);
    }
    Object.assign(this.counters, counters);
    this.#options.disk.restore(disk);
  }

  get #busy(): boolean {
    return this.#port?.queue(reg.REQUEST_QUEUE).holds(this.#chain) === true;
  }

  /** Takes the next request, if there is one, and sets the event of its completion. */
  #start(): void {
    const port = this.#port;
    if (port === undefined || !port.live) return;
    const queue = port.queue(reg.REQUEST_QUEUE);
    queue.beginService();
    if (!queue.next(this.#chain, REACH)) return;
    // Without a header to read or a byte for the status there is no way to answer.
    if (this.#chain.writable < 1 || !this.#chain.read(port.memory, 0, this.#header)) {
      port.fail();
      return;
    }
    this.#type = this.#headerView.getUint32(0, true);
    const sector = addressOf(this.#headerView.getUint32(8, true), this.#headerView.getUint32(12, true));
    const offset = (sector ?? -1) * reg.SECTOR_SIZE;
    this.#offset = Number.isSafeInteger(offset) && offset >= 0 ? offset : -1;
    const durationNs = diskTimeNs(this.#acceptedLength());
    this.counters.busyNs += durationNs;
    this.#finishIn(durationNs);
  }

  #finishIn(ns: VirtualNs): void {
    const { now, events, channel } = this.#options;
    this.#dueAt = now() + ns;
    // That of a request which was withdrawn may wait still.
    events.cancel(channel, 0);
    events.schedule(this.#dueAt, channel, 0);
  }

  /** Serves the request whose time has come, and takes the next. */
  #finish(): void {
    const port = this.#port;
    if (port === undefined || !this.#busy) return;
    const status = this.#serve(port);
    if (status !== reg.S_OK) this.counters.errors += 1;
    const dataLength = this.#chain.writable - 1;
    this.#status[0] = status;
    if (!this.#chain.write(port.memory, dataLength, this.#status)) {
      port.fail();
      return;
    }
    const written = status === reg.S_OK ? dataLength : 0;
    port.queue(reg.REQUEST_QUEUE).complete(this.#chain, written + 1);
    port.used(reg.REQUEST_QUEUE);
    this.#start();
  }

  #serve(port: VirtioPort): number {
    switch (this.#type) {
      case reg.T_IN:
        return this.#moveData(port, false) ? reg.S_OK : reg.S_IOERR;
      case reg.T_OUT:
        if (this.#options.readOnly === true) return reg.S_IOERR;
        return this.#moveData(port, true) ? reg.S_OK : reg.S_IOERR;
      case reg.T_FLUSH:
        this.counters.flushes += 1;
        return reg.S_OK;
      case reg.T_GET_ID: {
        const length = Math.min(this.#chain.writable - 1, reg.ID_SIZE);
        return this.#chain.write(port.memory, 0, this.#id.subarray(0, length)) ? reg.S_OK : reg.S_IOERR;
      }
      default:
        return reg.S_UNSUPPORTED;
    }
  }

  /** Bytes that the request moves; 0 when it is none that moves data, or its range is not on the disk. */
  #acceptedLength(): number {
    const length = this.#dataLength();
    const legal = length > 0 && length <= REQUEST_LIMIT && length % reg.SECTOR_SIZE === 0;
    return legal && this.#offset >= 0 && this.#offset + length <= this.#options.disk.sizeBytes ? length : 0;
  }

  #dataLength(): number {
    if (this.#type === reg.T_IN) return this.#chain.writable - 1;
    return this.#type === reg.T_OUT ? this.#chain.readable - reg.HEADER_SIZE : 0;
  }

  /** Moves the request's data in pieces; false when the range is bad or a buffer is not memory. */
  #moveData(port: VirtioPort, toDisk: boolean): boolean {
    const length = this.#acceptedLength();
    if (length !== this.#dataLength()) return false;
    const { disk } = this.#options;
    for (let at = 0; at < length; at += PIECE) {
      const piece = this.#piece.subarray(0, Math.min(PIECE, length - at));
      if (toDisk) {
        if (!this.#chain.read(port.memory, reg.HEADER_SIZE + at, piece)) return false;
        disk.write(this.#offset + at, piece);
      } else {
        disk.read(this.#offset + at, piece);
        if (!this.#chain.write(port.memory, at, piece)) return false;
      }
    }
    this.counters[toDisk ? 'writes' : 'reads'] += 1;
    this.counters[toDisk ? 'bytesWritten' : 'bytesRead'] += length;
    return true;
  }
}

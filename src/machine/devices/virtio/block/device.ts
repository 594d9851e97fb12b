/**
 * virtio disk. It takes requests from several queues, as many as these hold, hands them to its drive, and completes each when the drive
 * says, in whatever order. Data moves at the instant of completion. How long anything takes is not its affair.
 */

import { SnapshotFormatError } from '#base/state/bytes';
import { type PartState, partState, stateIn } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import type { EventQueue } from '../../../event-queue.ts';
import { type CounterRow, type Counters, namesOf, zeroCounters } from '../../counters.ts';
import type { Disk } from '../../disk/disk.ts';
import { DiskFaults } from '../../disk/disk-faults.ts';
import { contentOf, type Drive, type OpenDrive } from '../../disk/drive.ts';
import type { RegisterRow } from '../../register.ts';
import { F_INDIRECT_DESC, type VirtioDevice, type VirtioPort } from '../virtio-device.ts';
import { configSpace } from './config-space.ts';
import { BLOCK_COUNTERS, type BlockCounter } from './metrics.ts';
import * as reg from './registers.ts';
import { BlockRequest, opOf, REACH, type Reading, readRequest } from './request.ts';
import { BLOCK, type BlockRequestState, sinceOne } from './state.ts';

export interface BlockOptions {
  /** Channel of this device's events: unique on the host. */
  readonly channel: string;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
  readonly disk: Disk;
  /** Who serves its requests. */
  readonly openDrive: OpenDrive;
  /** Answer to GET_ID, up to 20 characters: Linux shows it as the disk's serial number. */
  readonly serial: string;
  readonly readOnly?: boolean;
  /** Request queues; one unless given. */
  readonly queues?: number;
  /** What of it is broken; nothing unless given. */
  readonly faults?: DiskFaults;
}

/** Pages of requests in flight, with which it takes no more before one is done. */
const PAGES_IN_FLIGHT = 4096;

export class VirtioBlock implements VirtioDevice {
  readonly kind = 'block';
  readonly deviceId: number = reg.DEVICE_ID;
  readonly features: number;
  readonly queueSizes: readonly number[];
  readonly config: Uint8Array;
  readonly configRegisters: readonly RegisterRow[] = reg.CONFIG_REGISTERS;
  readonly counters: Counters<BlockCounter> = zeroCounters(namesOf(BLOCK_COUNTERS));
  readonly counterRows: readonly CounterRow[] = BLOCK_COUNTERS;
  readonly #options: BlockOptions;
  readonly #limits: { readonly sizeBytes: number; readonly readOnly: boolean };
  readonly #id = new Uint8Array(reg.ID_SIZE);
  readonly #status = new Uint8Array(1);
  #port: VirtioPort | undefined;
  readonly #drive: Drive;
  readonly #faults: DiskFaults;
  /** By tag, which is made of queue and head; a place stays for the next request of that tag. */
  readonly #requests: (BlockRequest | undefined)[];
  /** One that is not in use, for the next chain. */
  #spare = new BlockRequest();
  #inFlight = 0;
  #pagesInFlight = 0;
  #sequence = 0;
  /** Since when there is a request in flight. */
  #busySince: VirtualNs = 0;

  constructor(options: BlockOptions) {
    const { queues = 1, readOnly = false, disk, serial, channel, events, now } = options;
    this.#options = options;
    this.#faults = options.faults ?? new DiskFaults();
    this.#limits = { sizeBytes: disk.sizeBytes, readOnly };
    this.features =
      reg.F_SIZE_MAX |
      reg.F_SEG_MAX |
      reg.F_BLK_SIZE |
      reg.F_TOPOLOGY |
      reg.F_FLUSH |
      F_INDIRECT_DESC |
      (readOnly ? reg.F_READ_ONLY : reg.F_DISCARD | reg.F_WRITE_ZEROES) |
      (queues > 1 ? reg.F_MQ : 0);
    this.queueSizes = new Array<number>(queues).fill(reg.QUEUE_SIZE);
    this.config = configSpace(disk.sizeBytes, queues);
    this.#requests = new Array<BlockRequest | undefined>(queues * reg.QUEUE_SIZE).fill(undefined);
    new TextEncoder().encodeInto(serial, this.#id);
    this.#drive = options.openDrive({ channel, events, now, ...contentOf(disk) }, this);
  }

  /** Requests that it has taken and not completed. */
  get inFlight(): number {
    return this.#inFlight;
  }
  /** Bytes that the backing of its content takes. */
  get allocatedBytes(): number {
    return this.#options.disk.allocatedBytes;
  }
  get sizeBytes(): number {
    return this.#limits.sizeBytes;
  }

  plugged(port: VirtioPort): void {
    this.#port = port;
  }

  unplugged(): void {
    this.reset();
    this.#drive.close();
    this.#port = undefined;
  }

  notify(queue: number): void {
    const port = this.#port;
    if (port === undefined || !port.live) return;
    port.queue(queue).beginService();
    this.#take(port, queue);
    port.used(queue);
  }

  reset(): void {
    for (let queue = 0; queue < this.queueSizes.length; queue++) this.withdrawn(queue);
  }

  withdrawn(queue: number): void {
    for (let tag = queue * reg.QUEUE_SIZE; tag < (queue + 1) * reg.QUEUE_SIZE; tag++) {
      const request = this.#requests[tag];
      if (request?.isActive !== true) continue;
      this.#leave(request);
      this.#drive.withdraw(tag);
    }
  }

  /** Takes all requests of a queue for which there is room. */
  #take(port: VirtioPort, queue: number): void {
    const ring = port.queue(queue);
    while (this.#pagesInFlight < PAGES_IN_FLIGHT && ring.next(this.#spare.chain, REACH)) {
      const request = this.#spare;
      const reading = readRequest(request, port.memory, this.#limits);
      const tag = queue * reg.QUEUE_SIZE + request.chain.head;
      const place = this.#requests[tag];
      // Without a byte for the status there is no way to answer; and the same descriptors cannot be two requests.
      if (reading === 'unanswerable' || place?.isActive === true) {
        port.fail();
        return;
      }
      if (reading !== 'served') {
        if (!this.#answer(port, queue, request, reading)) return;
        continue;
      }
      this.#spare = place ?? new BlockRequest();
      this.#requests[tag] = request;
      this.#enter(request);
      this.#drive.submit(tag, opOf(request.type), request.offset, request.length);
    }
  }

  #enter(request: BlockRequest): void {
    if (this.#inFlight === 0) this.#busySince = this.#options.now();
    this.#inFlight += 1;
    this.#pagesInFlight += request.chain.pages;
    request.isActive = true;
    request.sequence = this.#sequence++;
  }
  #leave(request: BlockRequest): void {
    request.isActive = false;
    request.isHeld = false;
    this.#inFlight -= 1;
    this.#pagesInFlight -= request.chain.pages;
    if (this.#inFlight === 0) this.counters.busyNs += this.#options.now() - this.#busySince;
  }

  /** A request's time has come: it is done, and there may be room for others. */
  done(tag: number): void {
    const port = this.#port;
    const request = this.#requests[tag];
    if (port === undefined || request?.isActive !== true) return;
    const queue = Math.floor(tag / reg.QUEUE_SIZE);
    const wasFull = this.#pagesInFlight >= PAGES_IN_FLIGHT;
    const reading = this.#serve(port, request);
    if (reading === 'held') {
      request.isHeld = true;
      return;
    }
    this.#leave(request);
    if (!this.#answer(port, queue, request, reading)) return;
    port.used(queue);
    if (wasFull) for (let each = 0; each < this.queueSizes.length && port.live; each++) this.notify(each);
  }

  /** Writes the status and gives the chain back; false where the device needs a reset. */
  #answer(port: VirtioPort, queue: number, { chain, type }: BlockRequest, reading: Reading): boolean {
    let status = STATUS_OF[reading];
    const dataLength = chain.writable - 1;
    // Of the data, from its beginning (§2.7.8.2): no more may be said to be written.
    let filled = type === reg.T_IN ? dataLength : 0;
    if (type === reg.T_GET_ID && reading === 'ok') {
      filled = Math.min(dataLength, reg.ID_SIZE);
      if (!chain.write(port.memory, 0, this.#id.subarray(0, filled))) status = reg.S_IOERR;
    }
    if (status !== reg.S_OK) filled = 0;
    if (status !== reg.S_OK) this.counters.errors += 1;
    this.#status[0] = status;
    if (!chain.write(port.memory, dataLength, this.#status)) {
      port.fail();
      return false;
    }
    port.queue(queue).complete(chain, filled === dataLength ? filled + 1 : filled);
    return true;
  }

  /** Requests that could not be served are tried again: the VM goes on that stopped for them. */
  retry(): void {
    for (const { request, tag } of this.#active()) {
      if (!request.isHeld) continue;
      request.isHeld = false;
      this.#drive.submit(tag, opOf(request.type), request.offset, request.length);
    }
  }
  /** In the order in which they were taken. */
  #active(): { readonly request: BlockRequest; readonly tag: number }[] {
    const active = this.#requests.flatMap((request, tag) =>
      request?.isActive === true ? [{ request, tag }] : [],
    );
    return active.sort((a, b) => a.request.sequence - b.request.sequence);
  }

  /** Does what a request asks of the content. */
  #serve(port: VirtioPort, request: BlockRequest): Reading | 'held' {
    const { disk } = this.#options;
    const fate = this.#faults.fateOf(opOf(request.type), request.offset, request.length);
    if (fate !== 'served') return fate;
    switch (request.type) {
      case reg.T_FLUSH:
        return this.#flush();
      case reg.T_DISCARD:
      case reg.T_WRITE_ZEROES:
        this.counters.discards += 1;
        disk.discard(request.offset, request.length);
        return 'ok';
      default:
        return this.#moveData(port, request);
    }
  }
  #flush(): Reading | 'held' {
    const fate = this.#faults.fateOfFlush(this.#options.disk.flush());
    if (fate !== 'served') return fate;
    this.counters.flushes += 1;
    return 'ok';
  }

  /** Moves the request's data between the disk's content and memory, with no copy between; it fails when a buffer is not memory. */
  #moveData(port: VirtioPort, { chain, type, offset, length }: BlockRequest): Reading | 'held' {
    const { disk } = this.#options;
    const toDisk = type === reg.T_OUT;
    const isMoved = toDisk
      ? chain.moveOut(port.memory, reg.HEADER_SIZE, length, (piece, at) => disk.write(offset + at, piece))
      : chain.moveIn(port.memory, length, (piece, at) => disk.read(offset + at, piece));
    if (!isMoved) return 'failed';
    // A driver that cannot flush must find what it wrote written (§5.2.6.2).
    const isKept = toDisk && !port.accepted(reg.F_FLUSH);
    const fate = isKept ? this.#faults.fateOfFlush(disk.flush()) : 'served';
    if (fate !== 'served') return fate;
    this.counters[toDisk ? 'writes' : 'reads'] += 1;
    this.counters[toDisk ? 'bytesWritten' : 'bytesRead'] += length;
    return 'ok';
  }

  capture(): PartState {
    const requests = this.#active().map(({ request, tag }) => {
      const { type, offset, length, isHeld } = request;
      const queue = Math.floor(tag / reg.QUEUE_SIZE);
      return { queue, chain: request.chain.capture(), type, offset, length, isHeld };
    });
    return partState(BLOCK, {
      requests,
      busyForNs: this.#inFlight === 0 ? 0 : this.#options.now() - this.#busySince,
      drive: this.#drive.capture(),
      faults: this.#faults.capture(),
      counters: this.counters,
      disk: this.#options.disk.capture(),
    });
  }

  restore(saved: PartState): void {
    const { request, requests, busyForNs, drive, faults, counters, disk } = stateIn(BLOCK, saved);
    this.reset();
    this.#faults.restore(faults);
    for (const each of requests) this.#resume(each, drive === undefined);
    if (request !== undefined) this.#resume(sinceOne(request), true);
    if (drive !== undefined) this.#drive.restore(drive);
    this.#busySince = this.#options.now() - busyForNs;
    Object.assign(this.counters, counters);
    this.#options.disk.restore(disk);
  }

  /** Has a request again that it had when its state was taken. */
  #resume({ queue, chain, type, offset, length, isHeld }: BlockRequestState, submits: boolean): void {
    const tag = queue * reg.QUEUE_SIZE + chain.head;
    const request = this.#requests[tag] ?? new BlockRequest();
    const isPossible = queue < this.queueSizes.length && chain.head < reg.QUEUE_SIZE && !request.isActive;
    const end = offset + length;
    if (!isPossible || offset < 0 || length < 0 || end > this.sizeBytes)
      throw new SnapshotFormatError('a request that a disk cannot have');
    request.chain.restore(chain);
    this.#port?.queue(queue).adopt(request.chain, REACH);
    Object.assign(request, { type, offset, length, isHeld });
    this.#requests[tag] = request;
    this.#enter(request);
    if (submits && !isHeld) this.#drive.submit(tag, opOf(type), offset, length);
  }
}

/** What a driver reads of how a request ended. */
const STATUS_OF: Readonly<Record<Reading, number>> = {
  ok: reg.S_OK,
  served: reg.S_OK,
  failed: reg.S_IOERR,
  unanswerable: reg.S_IOERR,
  unsupported: reg.S_UNSUPPORTED,
};

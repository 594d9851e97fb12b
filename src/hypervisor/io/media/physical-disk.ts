/**
 * A physical disk of a host: disks of VMs lie on it as streams of requests. What a stream's limits let pass waits for the scheduler, and
 * what that picks is served by the model, as much at a time as this can. It moves nothing: contents are the front ends' affair.
 *
 *     submit ──▶ held (limits) ──▶ waiting (scheduler; merged) ──▶ in service (model) ──▶ done
 */
import type { DiskCount } from '#base/catalogue/metrics';
import type { DiskLimits, PhysicalDiskSpec } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import type { Drive, DriveClient, DriveOp, MakingNs } from '#machine/devices/disk/drive';
import type { EventQueue } from '#machine/event-queue';
import { createKind } from '#machine/kind';
import { DiskLimiter } from '../limits/disk-limits.ts';
import type { IoScheduler, IoSchedulerKind } from '../scheduling/io-scheduler.ts';
import { Latencies, RecentLatencies } from '../scheduling/latencies.ts';
import { ABANDONED, IoRequest, type IoStream } from '../scheduling/request.ts';
import { gapFor, inFlight, takeOut } from './lying.ts';
import type { DiskModel, DiskModelKind } from './model.ts';
import { captureDisk, type PhysicalDiskState, restoreDisk } from './physical-disk-state.ts';

/** The kinds that a physical disk is made of. */
export interface StorageRegistries {
  readonly diskModels: readonly DiskModelKind[];
  readonly ioSchedulers: readonly IoSchedulerKind[];
}
export interface PhysicalDiskOptions {
  readonly spec: PhysicalDiskSpec;
  /** Among the disks of its host. */
  readonly number: number;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
  readonly registries: StorageRegistries;
}
/** Of a disk of a VM. */
export interface StreamPlace {
  readonly slot: number;
  readonly index: number;
  readonly sizeBytes: number;
  readonly shares?: number;
  readonly limits?: DiskLimits;
  readonly makingNs?: MakingNs;
}

/** Work of the model, or a place for it. */
export interface Service {
  stream: IoStream | undefined;
  request: IoRequest | undefined;
  pieceBytes: number;
  endsAt: VirtualNs;
}

/** Of latencies, that people are told. */
export const PERCENTILES: readonly number[] = [50, 95, 99];
export const USUAL_MODEL = 'flat';
export const USUAL_IO_SCHEDULER = 'fifo';
/** Of one that does not say, and that a VM is given whole. */
export const USUAL_DISK_BYTES: number = 64 << 20;
export const USUAL_DISK_SHARES = 100;
/** Streams of one VM's slot. */
const STREAMS_PER_SLOT = 16;
/** Of a merged request. */
const MERGED_BYTES: number = 1 << 20;
/** Waiting requests that are looked at for a neighbour. */
const NEIGHBOURS = 32;

const IN_NO_TIME: MakingNs = () => 0;

export class PhysicalDisk {
  readonly spec: PhysicalDiskSpec;
  readonly model: DiskModel;
  schedulerSpec: NonNullable<PhysicalDiskSpec['scheduler']>;
  scheduler: IoScheduler;
  /** By id. */
  readonly streams: IoStream[] = [];
  readonly services: Service[];
  sequence = 0;
  busySince: VirtualNs = 0;
  readonly counters = { busyNs: 0, completed: 0, bytes: 0, merges: 0, pieces: 0 };
  inService = 0;
  readonly #options: PhysicalDiskOptions;
  readonly #serviceChannel: string;
  readonly #limitChannel: string;
  readonly #patienceChannel: string;
  #askedAgainAt: VirtualNs | undefined;
  readonly #free: IoRequest[] = [];

  constructor(options: PhysicalDiskOptions) {
    const { spec, number, events, registries } = options;
    this.#options = options;
    this.spec = spec;
    this.model = createKind(registries.diskModels, spec.model ?? { kind: USUAL_MODEL }, {});
    this.schedulerSpec = spec.scheduler ?? { kind: USUAL_IO_SCHEDULER };
    this.scheduler = createKind(registries.ioSchedulers, this.schedulerSpec, this.model);
    this.services = Array.from({ length: this.model.parallel }, () => ({
      ...{ stream: undefined, request: undefined, pieceBytes: 0, endsAt: 0 },
    }));
    this.#serviceChannel = `disk${number}`;
    this.#limitChannel = `disk${number}-limits`;
    this.#patienceChannel = `disk${number}-patience`;
    events.on(this.#serviceChannel, (service) => this.#finish(this.services[service]!));
    events.on(this.#limitChannel, (id) => this.#letPass(this.streamOf(id)));
    events.on(this.#patienceChannel, () => {
      this.#askedAgainAt = undefined;
      this.#dispatch();
    });
  }

  get now(): VirtualNs {
    return this.#options.now();
  }
  get events(): EventQueue {
    return this.#options.events;
  }
  /** Time in which it was at something. */
  get busyNs(): VirtualNs {
    return this.counters.busyNs + (this.inService === 0 ? 0 : this.now - this.busySince);
  }
  /** When a request of a VM is next done; Infinity while none is served. */
  nextOf(slot: number): VirtualNs {
    return this.services.reduce(
      (least, { stream, endsAt }) => (stream?.slot === slot ? Math.min(least, endsAt) : least),
      Number.POSITIVE_INFINITY,
    );
  }
  /** Of the disks of one VM. */
  counted(slot: number, count: DiskCount): number {
    let sum = 0;
    for (const stream of this.streams) {
      if (stream.slot !== slot) continue;
      sum += count === 'merges' ? stream.counters.merges : inFlight(stream);
    }
    return sum;
  }
  /** How long requests of a VM took that were done lately. */
  recentOf(slot: number): Latencies[] {
    return this.streams.flatMap((stream) => (stream.slot === slot ? stream.recent.at(this.now) : []));
  }
  streamOf(id: number): IoStream | undefined {
    return this.streams.find((stream) => stream.id === id);
  }

  /** A disk of a VM comes to lie here, in the first gap that is large enough. */
  open(
    { slot, index, sizeBytes, shares, limits, makingNs = IN_NO_TIME }: StreamPlace,
    client: DriveClient,
  ): Drive {
    const stream: IoStream = {
      ...{ id: slot * STREAMS_PER_SLOT + index, slot, index, sizeBytes, client, makingNs },
      base: gapFor(this.streams, sizeBytes),
      shares: shares ?? USUAL_DISK_SHARES,
      limiter: new DiskLimiter(limits ?? {}),
      ...{ requests: [], held: [], waiting: [], inService: 0 },
      ...{ latencies: new Latencies(), recent: new RecentLatencies() },
      counters: { completed: 0, bytes: 0, merges: 0, held: 0, servedNs: 0, makingNs: 0 },
    };
    this.streams.push(stream);
    this.streams.sort((a, b) => a.id - b.id);
    return {
      submit: (tag, op, offset, length) => this.#submit(stream, tag, op, offset, length),
      withdraw: (tag) => this.#withdraw(stream, tag),
      close: () => this.#close(stream),
      capture: () => undefined,
      restore: () => {},
    };
  }

  #close(stream: IoStream): void {
    for (const [tag, request] of stream.requests.entries())
      if (request !== undefined) this.#withdraw(stream, tag);
    // Merged requests that nobody waits for any more.
    for (const request of stream.waiting.splice(0)) this.#release(request);
    for (const [at, service] of this.services.entries()) {
      if (service.stream !== stream || service.request === undefined) continue;
      this.#release(service.request);
      this.events.cancel(this.#serviceChannel, at);
      this.#leave(service, stream);
    }
    this.scheduler.forget(stream, this.streams);
    this.events.cancel(this.#limitChannel, stream.id);
    this.streams.splice(this.streams.indexOf(stream), 1);
    this.#dispatch();
  }

  /** Other shares and limits, from now on. */
  setLimits(stream: IoStream, shares: number, limits: DiskLimits): void {
    stream.shares = shares;
    stream.limiter = new DiskLimiter(limits);
    this.#letPass(stream);
  }
  /** Another scheduler: what waits, waits for it. Latencies are counted anew, so that both can be compared. */
  setScheduler(spec: NonNullable<PhysicalDiskSpec['scheduler']>): void {
    this.schedulerSpec = spec;
    this.scheduler = createKind(this.#options.registries.ioSchedulers, spec, this.model);
    for (const stream of this.streams) {
      stream.latencies.clear();
      if (stream.waiting.length > 0 || stream.inService > 0) this.scheduler.woke(stream, this.streams);
    }
    this.#dispatch();
  }

  #submit(stream: IoStream, tag: number, op: DriveOp, offset: number, length: number): void {
    const request = this.take();
    request.tag = tag;
    request.op = op;
    request.offset = stream.base + offset;
    request.length = length;
    request.at = this.now;
    request.sequence = this.sequence++;
    stream.requests[tag] = request;
    stream.held.push(request);
    if (stream.held.length === 1) this.#letPass(stream);
    if (stream.held.at(-1) === request) stream.counters.held += 1;
  }

  /** Lets pass what the limits allow by now; the rest is looked at when they do. */
  #letPass(stream: IoStream | undefined): void {
    if (stream === undefined) return;
    const { now } = this;
    const { held, limiter } = stream;
    let passed = 0;
    while (passed < held.length && limiter.readyAt(now) <= now) {
      const request = held[passed]!;
      passed += 1;
      limiter.take(now, request.op === 'read' || request.op === 'write' ? request.length : 0);
      this.#enqueue(stream, request);
    }
    held.splice(0, passed);
    this.#await(stream);
    this.#dispatch();
  }
  /** One event for each stream: when its limits let the next request pass. */
  #await(stream: IoStream): void {
    this.events.cancel(this.#limitChannel, stream.id);
    if (stream.held.length === 0) return;
    this.events.schedule(stream.limiter.readyAt(this.now), this.#limitChannel, stream.id);
  }

  #enqueue(stream: IoStream, request: IoRequest): void {
    if (stream.waiting.length === 0 && stream.inService === 0) this.scheduler.woke(stream, this.streams);
    if (this.scheduler.merges && this.#merge(stream, request)) return;
    stream.waiting.push(request);
  }
  /** Hangs a request behind one that waits beside it. */
  #merge(stream: IoStream, request: IoRequest): boolean {
    const { op, offset, length } = request;
    if (op !== 'read' && op !== 'write') return false;
    const { waiting } = stream;
    for (let at = waiting.length - 1; at >= Math.max(0, waiting.length - NEIGHBOURS); at--) {
      const other = waiting[at]!;
      const isBehind = other.offset + other.length === offset;
      const isBeside = isBehind || offset + length === other.offset;
      if (!isBeside || other.op !== op || other.served > 0 || other.length + length > MERGED_BYTES) continue;
      if (!isBehind) other.offset = offset;
      other.length += length;
      request.merged = other.merged;
      other.merged = request;
      stream.counters.merges += 1;
      this.counters.merges += 1;
      return true;
    }
    return false;
  }

  /** Gives the model as much as it can be at. */
  #dispatch(): void {
    while (this.inService < this.services.length) {
      const { now } = this;
      const picked = this.scheduler.pick(this.streams, now);
      if (picked === undefined) break;
      const { stream, request } = picked;
      stream.waiting.splice(stream.waiting.indexOf(request), 1);
      const at = this.services.findIndex((service) => service.request === undefined);
      const service = this.services[at]!;
      const { op, offset, length, served } = request;
      const piece = Math.min(length - served, this.scheduler.pieceBytes);
      if (this.inService === 0) this.busySince = now;
      this.inService += 1;
      stream.inService += 1;
      service.stream = stream;
      service.request = request;
      service.pieceBytes = piece;
      // Of a range: what was made for its first piece is there for the others.
      const isFirst = op === 'write' && served === 0;
      const makingNs = isFirst ? stream.makingNs(offset - stream.base, length) : 0;
      service.endsAt = this.model.begin(op, offset + served, piece, now + makingNs, served > 0);
      const costNs = this.model.costNs + makingNs;
      stream.counters.servedNs += costNs;
      stream.counters.makingNs += makingNs;
      this.counters.pieces += 1;
      this.scheduler.charge(stream, request, costNs, this.streams);
      this.schedule(service);
    }
    this.#askAgain();
  }
  /** The event at which a scheduler is asked again that picks nothing now, though something waits. */
  #askAgain(): void {
    const { askAgainAt } = this.scheduler;
    if (askAgainAt === this.#askedAgainAt) return;
    if (this.#askedAgainAt !== undefined) this.events.cancel(this.#patienceChannel, 0);
    this.#askedAgainAt = askAgainAt;
    if (askAgainAt !== undefined) this.events.schedule(askAgainAt, this.#patienceChannel, 0);
  }
  /** The event of the end of a piece of work. */
  schedule(service: Service): void {
    this.events.schedule(service.endsAt, this.#serviceChannel, this.services.indexOf(service));
  }

  /** It ends at another time than was thought. */
  reschedule(service: Service): void {
    this.events.cancel(this.#serviceChannel, this.services.indexOf(service));
    this.schedule(service);
  }

  /** A piece has been served: the rest of its request waits again, before all others of its stream. */
  #finish(service: Service): void {
    const { stream, request } = service;
    if (stream === undefined || request === undefined) return;
    this.#leave(service, stream);
    request.served += service.pieceBytes;
    if (request.served < request.length) stream.waiting.unshift(request);
    else {
      this.scheduler.done?.(stream, this.streams, this.now);
      this.#complete(stream, request);
    }
    this.#dispatch();
  }
  #leave(service: Service, stream: IoStream): void {
    service.stream = undefined;
    service.request = undefined;
    this.inService -= 1;
    stream.inService -= 1;
    if (this.inService === 0) this.counters.busyNs += this.now - this.busySince;
  }
  #complete(stream: IoStream, first: IoRequest): void {
    const { now } = this;
    stream.counters.bytes += first.length;
    this.counters.bytes += first.length;
    let request: IoRequest | undefined = first;
    while (request !== undefined) {
      const { tag, merged, at }: IoRequest = request;
      this.free(request);
      if (tag !== ABANDONED) {
        stream.requests[tag] = undefined;
        stream.counters.completed += 1;
        this.counters.completed += 1;
        stream.latencies.add(now - at);
        stream.recent.add(now - at, now);
        stream.client.done(tag);
      }
      request = merged;
    }
  }

  /** What has not begun and stands alone is forgotten; the disk goes on with the rest. */
  #withdraw(stream: IoStream, tag: number): void {
    const request = stream.requests[tag];
    if (request === undefined) return;
    stream.requests[tag] = undefined;
    request.tag = ABANDONED;
    if (takeOut(stream.held, request)) {
      this.free(request);
      this.#await(stream);
    } else if (request.merged === undefined && request.served === 0 && takeOut(stream.waiting, request))
      this.free(request);
  }
  #release(first: IoRequest): void {
    let request: IoRequest | undefined = first;
    while (request !== undefined) {
      const { merged }: IoRequest = request;
      this.free(request);
      request = merged;
    }
  }

  take(): IoRequest {
    const request = this.#free.pop() ?? new IoRequest();
    request.served = 0;
    request.merged = undefined;
    return request;
  }
  free(request: IoRequest): void {
    request.merged = undefined;
    this.#free.push(request);
  }

  capture(): PhysicalDiskState {
    return captureDisk(this);
  }
  /** Its streams are open again; what their devices submitted meanwhile makes way for what was. */
  restore(state: PhysicalDiskState): void {
    for (let at = 0; at < this.services.length; at++) this.events.cancel(this.#serviceChannel, at);
    this.schedulerSpec = state.schedulerSpec;
    this.scheduler = createKind(this.#options.registries.ioSchedulers, state.schedulerSpec, this.model);
    restoreDisk(this, state);
    for (const stream of this.streams) this.#await(stream);
    this.#askedAgainAt = undefined;
    this.events.cancel(this.#patienceChannel, 0);
    this.#askAgain();
  }
}

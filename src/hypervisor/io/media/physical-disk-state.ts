/** What a snapshot of a host holds of a physical disk: every request where it is, and the state of model, scheduler and limits. */
import type { DiskLimits, KindSpec } from '#base/scenario';
import { DISK_LIMITS, KIND_SPEC } from '#base/scenario-state';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare, since } from '#base/state/declare';
import { type PartState, part } from '#base/state/part';
import { integer, list, oneOf, u32, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { DRIVE_OPS, type DriveOp } from '#machine/devices/disk/drive';
import { DiskLimiter, LIMITER, type LimiterState } from '../limits/disk-limits.ts';
import { LATENCIES, NO_RECENT, RECENT, type RecentState } from '../scheduling/latencies.ts';
import type { IoRequest, IoStream, StreamCounters } from '../scheduling/request.ts';
import type { PhysicalDisk } from './physical-disk.ts';

interface RequestState {
  readonly tag: number;
  readonly op: DriveOp;
  readonly offset: number;
  readonly length: number;
  readonly at: VirtualNs;
  readonly sequence: number;
  readonly served: number;
}
/** A request, and those that are merged with it. */
type Merged = readonly RequestState[];
interface ServiceState {
  readonly place: number;
  readonly request: Merged;
  readonly pieceBytes: number;
  readonly endsAt: VirtualNs;
}
interface StreamState {
  readonly id: number;
  readonly base: number;
  readonly shares: number;
  readonly limits: DiskLimits;
  readonly limiter: LimiterState;
  readonly held: readonly Merged[];
  readonly waiting: readonly Merged[];
  readonly served: readonly ServiceState[];
  readonly latencies: Uint32Array;
  readonly recent: RecentState;
  readonly counters: StreamCounters;
}
export interface PhysicalDiskState {
  readonly schedulerSpec: KindSpec;
  readonly scheduler: PartState;
  readonly model: PartState;
  readonly streams: readonly StreamState[];
  readonly sequence: number;
  readonly busySince: VirtualNs;
  readonly counters: PhysicalDisk['counters'];
}

const MOST_REQUESTS = upTo(1 << 16);
const REQUEST: Declaration<RequestState> = declare('i/o request', {
  ...{ tag: integer, op: oneOf(...DRIVE_OPS), offset: integer, length: integer },
  ...{ at: integer, sequence: integer, served: integer },
});
const MERGED = list(REQUEST, MOST_REQUESTS);

export const PHYSICAL_DISK: Declaration<PhysicalDiskState> = declare<PhysicalDiskState>('physical disk', {
  schedulerSpec: KIND_SPEC,
  scheduler: part,
  model: part,
  streams: list(
    declare<StreamState>('i/o stream', {
      ...{ id: u32, base: integer, shares: u32, limits: DISK_LIMITS, limiter: LIMITER },
      ...{ held: list(MERGED, MOST_REQUESTS), waiting: list(MERGED, MOST_REQUESTS) },
      served: list(
        declare<ServiceState>('i/o service', {
          ...{ place: u32, request: MERGED, pieceBytes: integer, endsAt: integer },
        }),
        upTo(64),
      ),
      latencies: LATENCIES,
      recent: since(8, RECENT, NO_RECENT),
      counters: declare<StreamCounters>('i/o counters', {
        ...{ completed: integer, bytes: integer, merges: integer, held: integer, servedNs: integer },
        makingNs: since(9, integer, 0),
      }),
    }),
    upTo(4096),
  ),
  ...{ sequence: integer, busySince: integer },
  counters: declare<PhysicalDisk['counters']>('counters of a physical disk', {
    ...{ busyNs: integer, completed: integer, bytes: integer, merges: integer, pieces: integer },
  }),
});

function captured(first: IoRequest): Merged {
  const all: RequestState[] = [];
  for (let request: IoRequest | undefined = first; request !== undefined; request = request.merged) {
    const { tag, op, offset, length, at, sequence, served } = request;
    all.push({ tag, op, offset, length, at, sequence, served });
  }
  return all;
}

export function captureDisk(disk: PhysicalDisk): PhysicalDiskState {
  return {
    schedulerSpec: disk.schedulerSpec,
    scheduler: disk.scheduler.capture(),
    model: disk.model.capture(),
    streams: disk.streams.map((stream) => ({
      ...{ id: stream.id, base: stream.base, shares: stream.shares },
      ...{ limits: stream.limiter.limits, limiter: stream.limiter.capture() },
      ...{ held: stream.held.map(captured), waiting: stream.waiting.map(captured) },
      served: disk.services.flatMap(({ stream: served, request, pieceBytes, endsAt }, place) =>
        served === stream && request !== undefined
          ? [{ place, request: captured(request), pieceBytes, endsAt }]
          : [],
      ),
      ...{ latencies: stream.latencies.capture(), recent: stream.recent.capture() },
      counters: stream.counters,
    })),
    ...{ sequence: disk.sequence, busySince: disk.busySince, counters: disk.counters },
  };
}

/** Fills a disk whose streams are open; nothing of what they had submitted stays. */
export function restoreDisk(disk: PhysicalDisk, state: PhysicalDiskState): void {
  disk.scheduler.restore(state.scheduler);
  disk.model.restore(state.model);
  disk.sequence = state.sequence;
  disk.busySince = state.busySince;
  Object.assign(disk.counters, state.counters);
  disk.inService = 0;
  for (const service of disk.services) service.request = service.stream = undefined;
  for (const saved of state.streams) {
    const stream = disk.streamOf(saved.id);
    if (stream === undefined) throw new SnapshotFormatError('requests of a disk that is not there');
    restoreStream(disk, stream, saved);
  }
}

function restoreStream(disk: PhysicalDisk, stream: IoStream, saved: StreamState): void {
  stream.base = saved.base;
  stream.shares = saved.shares;
  stream.limiter = new DiskLimiter(saved.limits);
  stream.limiter.restore(saved.limiter);
  stream.latencies.restore(saved.latencies);
  stream.recent.restore(saved.recent);
  Object.assign(stream.counters, saved.counters);
  stream.requests.length = 0;
  stream.held.splice(0, stream.held.length, ...saved.held.map((each) => revived(disk, stream, each)));
  stream.waiting.splice(
    0,
    stream.waiting.length,
    ...saved.waiting.map((each) => revived(disk, stream, each)),
  );
  stream.inService = saved.served.length;
  disk.inService += saved.served.length;
  for (const { place, request, pieceBytes, endsAt } of saved.served) {
    const service = disk.services[place];
    if (service === undefined || service.request !== undefined)
      throw new SnapshotFormatError('work that a disk cannot be at');
    Object.assign(service, { stream, request: revived(disk, stream, request), pieceBytes, endsAt });
    disk.schedule(service);
  }
}

function revived(disk: PhysicalDisk, stream: IoStream, saved: Merged): IoRequest {
  let first: IoRequest | undefined;
  for (const each of [...saved].reverse()) {
    const request = disk.take();
    Object.assign(request, each);
    request.merged = first;
    if (each.tag >= 0) stream.requests[each.tag] = request;
    first = request;
  }
  if (first === undefined) throw new SnapshotFormatError('a request of none');
  return first;
}

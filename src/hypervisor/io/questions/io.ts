/** The physical disks of a host, and of each disk of a VM: what waits, what is served, how long requests take, what it may do. */
import type { DiskAllocation } from '#base/catalogue/disk-allocations';
import type { ReadErrorPolicy, WriteErrorPolicy } from '#base/catalogue/disk-errors';
import { type DiskWay, USUAL_WAY } from '#base/catalogue/disk-ways';
import { ok } from '#base/result';
import type { DiskLimits, KindSpec } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import { type BadRange, DiskFaults } from '#machine/devices/disk/disk-faults';
import type { Host } from '../../host.ts';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { maybe } from '../../shapes/document.ts';
import { PERCENTILES, type PhysicalDisk, USUAL_MODEL } from '../media/physical-disk.ts';
import { IO_SCHEDULERS } from '../scheduling/io-schedulers.ts';
import type { IoStream } from '../scheduling/request.ts';

interface LatencyAnswer {
  readonly p50: VirtualNs;
  readonly p95: VirtualNs;
  readonly p99: VirtualNs;
}
export interface IoDiskAnswer {
  readonly vm: string;
  /** Among the VM's disks. */
  readonly disk: number;
  readonly sizeBytes: number;
  /** What the backing of its content takes, and whether all of it was made with the disk or each part when it is first written. */
  readonly allocatedBytes: number;
  readonly allocation: DiskAllocation;
  /** Where it lies on the physical disk. */
  readonly base: number;
  readonly queues: number;
  /** How the VM has it: one that it is given whole has neither shares nor limits. */
  readonly way: DiskWay;
  readonly shares: number;
  readonly limits: DiskLimits;
  /** What becomes of requests that it cannot serve, and which parts of it are broken. */
  readonly readErrors: ReadErrorPolicy;
  readonly writeErrors: WriteErrorPolicy;
  readonly broken: readonly BadRange[];
  /** Requests now: held back by its limits, waiting for the disk, being served. */
  readonly held: number;
  readonly waiting: number;
  readonly inService: number;
  /** How long the one that has waited longest has done so; 0 while none does. */
  readonly longestNs: VirtualNs;
  readonly completed: number;
  readonly bytes: number;
  readonly merges: number;
  /** Requests that its limits have held back. */
  readonly heldInAll: number;
  /** Time of the disk that it has had. */
  readonly servedNs: VirtualNs;
  /** Since the scheduler was chosen. */
  readonly latency: LatencyAnswer;
  readonly histogram: readonly { readonly below: VirtualNs; readonly count: number }[];
}
export interface PhysicalDiskAnswer {
  readonly name: string;
  /** The VM that it was given to whole. */
  readonly holder?: string;
  readonly model: KindSpec;
  readonly scheduler: KindSpec;
  /** Work that it can be at at a time, and is. */
  readonly parallel: number;
  readonly inService: number;
  readonly busyNs: VirtualNs;
  readonly completed: number;
  readonly bytes: number;
  readonly merges: number;
  readonly pieces: number;
  /** What its model counts. */
  readonly counters: Readonly<Record<string, number>>;
  readonly disks: readonly IoDiskAnswer[];
}
export interface IoAnswer {
  /** Whom a physical disk may be given to. */
  readonly schedulers: readonly string[];
  readonly disks: readonly PhysicalDiskAnswer[];
}

export const io: Question<'io', object, IoAnswer> = defineQuestion({
  id: 'io',
  text: {
    en: 'the physical disks of a host and who waits for them: queues, limits, latencies of each disk of a VM',
    zh: '主机的物理磁盘以及谁在等待：每个虚拟机磁盘的队列、限额与延迟',
  },
  arguments: {},
  ask: (_, host) => ok(ioOf(host)),
});

function ioOf(host: Host): IoAnswer {
  return {
    schedulers: IO_SCHEDULERS.map(({ id }) => id),
    disks: host.storage.disks.map((disk) => ({
      name: disk.spec.name,
      ...maybe('holder', host.vmTable.passThrough.holderOf(disk)),
      model: disk.spec.model ?? { kind: USUAL_MODEL },
      scheduler: disk.schedulerSpec,
      ...{ parallel: disk.model.parallel, inService: disk.inService },
      ...{ ...disk.counters, busyNs: disk.busyNs, counters: { ...disk.model.counters } },
      disks: disk.streams.map((stream) => diskOf(host, disk, stream)),
    })),
  };
}

function diskOf(host: Host, { now }: PhysicalDisk, stream: IoStream): IoDiskAnswer {
  const vm = host.vmTable.at(stream.slot);
  const faults = vm?.devices.faultsOf(stream.index) ?? new DiskFaults();
  const { held, waiting, latencies } = stream;
  const spec = vm?.spec.disks[stream.index];
  const longest = [held[0], waiting[0]].map((request) => (request === undefined ? 0 : now - request.at));
  const [p50, p95, p99] = PERCENTILES.map((percent) => latencies.percentile(percent));
  return {
    ...{ vm: vm?.spec.name ?? '', disk: stream.index, sizeBytes: stream.sizeBytes, base: stream.base },
    allocatedBytes: vm?.devices.diskBytes(stream.index) ?? 0,
    allocation: spec?.content?.['allocation'] === 'fixed' ? 'fixed' : 'on-demand',
    queues: spec?.queues ?? 1,
    way: spec?.way ?? USUAL_WAY,
    ...{ shares: stream.shares, limits: stream.limiter.limits },
    ...{ readErrors: faults.reads, writeErrors: faults.writes, broken: faults.bad },
    ...{ held: held.length, waiting: waiting.length, inService: stream.inService },
    longestNs: Math.max(...longest),
    completed: stream.counters.completed,
    ...{ bytes: stream.counters.bytes, merges: stream.counters.merges },
    ...{ heldInAll: stream.counters.held, servedNs: stream.counters.servedNs },
    latency: { p50: p50 ?? 0, p95: p95 ?? 0, p99: p99 ?? 0 },
    histogram: latencies.histogram(),
  };
}

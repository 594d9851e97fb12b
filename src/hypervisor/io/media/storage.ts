/** The physical disks of a host, and which disk of a VM lies on which. */
import type { DiskCount } from '#base/catalogue/metrics';
import type { DiskSpec, PhysicalDiskSpec } from '#base/scenario';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { list, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import type { OpenDrive } from '#machine/devices/disk/drive';
import type { EventQueue } from '#machine/event-queue';
import { percentileOf } from '../scheduling/latencies.ts';
import type { IoStream } from '../scheduling/request.ts';
import type { VmStorage } from '../vioc.ts';
import { PhysicalDisk, type StorageRegistries } from './physical-disk.ts';
import { PHYSICAL_DISK, type PhysicalDiskState } from './physical-disk-state.ts';

/** What a host that names none has. */
const USUAL_DISKS: readonly PhysicalDiskSpec[] = [{ name: 'disk0' }];

const NO_STREAMS: readonly IoStream[] = [];

export interface StorageState {
  readonly disks: readonly PhysicalDiskState[];
}
export const STORAGE: Declaration<StorageState> = declare('storage', {
  disks: list(PHYSICAL_DISK, upTo(16)),
});
/** Of a host of old: what was in flight is submitted again. */
export const NO_STORAGE: StorageState = { disks: [] };

export interface StorageOptions {
  readonly disks: readonly PhysicalDiskSpec[] | undefined;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
  readonly registries: StorageRegistries;
}

export class HostStorage {
  readonly disks: readonly PhysicalDisk[];

  constructor({ disks = USUAL_DISKS, events, now, registries }: StorageOptions) {
    this.disks = disks.map((spec, number) => new PhysicalDisk({ spec, number, events, now, registries }));
  }

  find(name: string): PhysicalDisk | undefined {
    return this.disks.find(({ spec }) => spec.name === name);
  }

  /** The physical disk that a disk of a VM names, or the first. */
  lyingOn({ on = '' }: Pick<DiskSpec, 'on'>): PhysicalDisk | undefined {
    return this.find(on) ?? this.disks[0];
  }

  /** Where the disks of a VM lie. */
  of(slot: number, specs: readonly DiskSpec[]): VmStorage {
    return {
      opener: (index) => this.#opener(slot, index, specs[index]),
      nextAt: () => Math.min(...this.disks.map((disk) => disk.nextOf(slot))),
      counted: (count) => this.#counted(slot, count),
      streams: () => this.#streamsOf(slot),
      latency: (percent) => (this.#streamsOf(slot).length === 0 ? 0 : this.#latency(slot, percent)),
    };
  }
  // The next three are asked of every VM at samples, and of one without disks they make nothing.
  #counted(slot: number, count: DiskCount): number {
    let sum = 0;
    for (const disk of this.disks) sum += disk.counted(slot, count);
    return sum;
  }
  #streamsOf(slot: number): readonly IoStream[] {
    let found = NO_STREAMS;
    for (const { streams } of this.disks)
      for (const stream of streams) if (stream.slot === slot) found = [...found, stream];
    return found;
  }
  #latency(slot: number, percent: number): VirtualNs {
    const recent = this.disks.flatMap((disk) => disk.recentOf(slot));
    return percentileOf(recent, percent);
  }
  /** On the physical disk that it names, or on the first. */
  #opener(slot: number, index: number, spec: DiskSpec | undefined): OpenDrive {
    const disk = this.lyingOn(spec ?? {})!;
    const { shares, limits } = spec ?? {};
    return ({ sizeBytes, makingNs }, client) =>
      disk.open(
        {
          ...{ slot, index, sizeBytes },
          ...(makingNs === undefined ? {} : { makingNs }),
          ...(shares === undefined ? {} : { shares }),
          ...(limits === undefined ? {} : { limits }),
        },
        client,
      );
  }

  /** Where a disk of a VM lies. */
  streamOf(
    slot: number,
    index: number,
  ): { readonly disk: PhysicalDisk; readonly stream: IoStream } | undefined {
    for (const disk of this.disks) {
      const stream = disk.streams.find((each) => each.slot === slot && each.index === index);
      if (stream !== undefined) return { disk, stream };
    }
    return undefined;
  }

  capture(): StorageState {
    return { disks: this.disks.map((disk) => disk.capture()) };
  }
  restore({ disks }: StorageState): void {
    if (disks.length === 0) return;
    if (disks.length !== this.disks.length) throw new SnapshotFormatError('a host of other disks');
    for (const [number, state] of disks.entries()) this.disks[number]!.restore(state);
  }
}

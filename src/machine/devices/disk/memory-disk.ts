/**
 * A sparse disk in memory: parts that were never written take no space and read as zero. Callers check ranges.
 */
import * as v from 'valibot';
import { DISK_ALLOCATIONS, type DiskAllocation } from '#base/catalogue/disk-allocations';
import { LIMITS } from '#base/catalogue/limits';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { exactly, integer, list, piece, u32, upTo } from '#base/state/types';
import { NS_PER_US, type VirtualNs } from '#base/virtual-time';
import { defineKind } from '../../kind.ts';
import type { Disk, DiskKind } from './disk.ts';

/** Bytes of a part. */
const PART_SIZE: number = 64 * 1024;

const MOST_FIRST_USE_NS = LIMITS.diskFirstUseUs.most * NS_PER_US;

interface DiskPart {
  readonly index: number;
  readonly content: Uint8Array;
}
interface MemoryDiskState {
  readonly sizeBytes: number;
  /** Those that were written, by position. */
  readonly parts: readonly DiskPart[];
}
const MEMORY_DISK: Declaration<MemoryDiskState> = declare('memory disk', {
  sizeBytes: integer,
  parts: list(
    declare<DiskPart>('disk part', { index: u32, content: piece(exactly(PART_SIZE)) }),
    upTo(1024 * 1024),
  ),
});

export class MemoryDisk implements Disk {
  readonly sizeBytes: number;
  /** All parts are there from the start, and stay. */
  readonly #isFixed: boolean;
  readonly #parts: (Uint8Array | undefined)[];
  /** Of one part. */
  readonly #firstUseNs: VirtualNs;

  /**
   * @param image what the disk holds at first, from its start
   * @param firstUseNs how long making a part takes that is first written
   */
  constructor(
    sizeBytes: number,
    image?: Uint8Array,
    allocation: DiskAllocation = 'on-demand',
    firstUseNs: VirtualNs = 0,
  ) {
    this.sizeBytes = sizeBytes;
    this.#firstUseNs = firstUseNs;
    this.#isFixed = allocation === 'fixed';
    this.#parts = Array.from({ length: Math.ceil(sizeBytes / PART_SIZE) }, () =>
      this.#isFixed ? new Uint8Array(PART_SIZE) : undefined,
    );
    if (image !== undefined) this.write(0, image.subarray(0, sizeBytes));
  }

  /** Of host memory. */
  get allocatedBytes(): number {
    return this.#parts.reduce((sum, part) => sum + (part?.length ?? 0), 0);
  }

  makingNs(offset: number, length: number): VirtualNs {
    if (this.#firstUseNs === 0) return 0;
    let count = 0;
    const end = Math.ceil((offset + length) / PART_SIZE);
    for (let index = Math.floor(offset / PART_SIZE); index < end; index++)
      if (this.#parts[index] === undefined) count += 1;
    return count * this.#firstUseNs;
  }

  read(offset: number, target: Uint8Array): void {
    for (let done = 0; done < target.length; ) {
      const at = (offset + done) % PART_SIZE;
      const count = Math.min(PART_SIZE - at, target.length - done);
      const part = this.#parts[Math.floor((offset + done) / PART_SIZE)];
      if (part === undefined) target.fill(0, done, done + count);
      else target.set(part.subarray(at, at + count), done);
      done += count;
    }
  }

  write(offset: number, source: Uint8Array): void {
    for (let done = 0; done < source.length; ) {
      const index = Math.floor((offset + done) / PART_SIZE);
      const at = (offset + done) % PART_SIZE;
      const count = Math.min(PART_SIZE - at, source.length - done);
      let part = this.#parts[index];
      if (part === undefined) {
        part = new Uint8Array(PART_SIZE);
        this.#parts[index] = part;
      }
      part.set(source.subarray(done, done + count), at);
      done += count;
    }
  }

  /** Parts that lie in the range as a whole go; of the others it is written over. */
  discard(offset: number, length: number): void {
    for (let done = 0; done < length; ) {
      const index = Math.floor((offset + done) / PART_SIZE);
      const at = (offset + done) % PART_SIZE;
      const count = Math.min(PART_SIZE - at, length - done);
      if (count === PART_SIZE && !this.#isFixed) this.#parts[index] = undefined;
      else this.#parts[index]?.fill(0, at, at + count);
      done += count;
    }
  }

  /** It lies where the lab does. */
  flush(): undefined {}

  capture(): PartState {
    const parts = this.#parts.flatMap((content, index) =>
      content === undefined ? [] : [{ index, content }],
    );
    return partState(MEMORY_DISK, { sizeBytes: this.sizeBytes, parts });
  }

  restore(saved: PartState): void {
    const { sizeBytes, parts } = stateIn(MEMORY_DISK, saved);
    if (sizeBytes !== this.sizeBytes) throw new SnapshotFormatError('a disk of another size');
    if (this.#isFixed) for (const part of this.#parts) part?.fill(0);
    else this.#parts.fill(undefined);
    for (const { index, content } of parts) {
      if (index >= this.#parts.length) throw new SnapshotFormatError('a part outside its disk');
      this.#parts[index] = content.slice();
    }
  }
}

export const MEMORY_DISK_KIND: DiskKind = defineKind({
  id: 'memory',
  settings: {
    allocation: v.optional(v.picklist(DISK_ALLOCATIONS), 'on-demand'),
    /** Of virtual time, for each part of 64 KiB that is made when it is first written: up to ten seconds, none unless given. */
    firstUseNs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MOST_FIRST_USE_NS)), 0),
  },
  state: MEMORY_DISK,
  create: ({ allocation, firstUseNs }, { sizeBytes }): Disk =>
    new MemoryDisk(sizeBytes, undefined, allocation, firstUseNs),
});

/**
 * Flash: pages in several channels that work at the same time, one page each. Reading a page is quick, programming one is slow, and after
 * so many programmed pages a channel erases a block; a channel interrupts both for a read. All data passes one bus.
 *
 *     page p lies in channel p mod n      ┌ channel 0: page 0, page n, …
 *     a request is done when the last     ├ channel 1: page 1, page n+1, …
 *     of its pages has passed the bus     └ …
 */
import * as v from 'valibot';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { integer, integers, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import type { DriveOp } from '#machine/devices/disk/drive';
import { defineKind } from '#machine/kind';
import type { DiskModel, DiskModelKind } from './model.ts';
import { bytes, duration, parallel } from './settings.ts';

interface FlashTimes {
  readonly channels: number;
  readonly pageBytes: number;
  readonly readNs: VirtualNs;
  readonly programNs: VirtualNs;
  readonly eraseNs: VirtualNs;
  readonly pagesPerBlock: number;
  /** Electronics, for each request. */
  readonly overheadNs: VirtualNs;
  readonly picosecondsPerByte: number;
}

interface FlashState {
  readonly readAt: Float64Array;
  readonly freeAt: Float64Array;
  readonly programmed: Float64Array;
  readonly busFreeAt: VirtualNs;
  readonly pageReads: number;
  readonly pagePrograms: number;
  readonly erases: number;
}
const STATE: Declaration<FlashState> = declare('flash disk', {
  readAt: integers(upTo(64)),
  freeAt: integers(upTo(64)),
  programmed: integers(upTo(64)),
  busFreeAt: integer,
  ...{ pageReads: integer, pagePrograms: integer, erases: integer },
});

class Flash implements DiskModel {
  readonly parallel: number;
  readonly pieceBytes: number = 16 * 1024;
  readonly patienceNs = 0;
  readonly counters = { pageReads: 0, pagePrograms: 0, erases: 0 };
  costNs: VirtualNs = 0;
  readonly #times: FlashTimes;
  /** By channel: when it has read, and done all, that it was given; and pages programmed since it erased. */
  readonly #readAt: Float64Array;
  readonly #freeAt: Float64Array;
  readonly #programmed: Float64Array;
  #busFreeAt: VirtualNs = 0;

  constructor(times: FlashTimes) {
    this.#times = times;
    this.parallel = times.channels;
    this.#readAt = new Float64Array(times.channels);
    this.#freeAt = new Float64Array(times.channels);
    this.#programmed = new Float64Array(times.channels);
  }

  begin(op: DriveOp, offset: number, length: number, now: VirtualNs, continues: boolean): VirtualNs {
    const { overheadNs, pageBytes, channels, picosecondsPerByte } = this.#times;
    const start = continues ? now : now + overheadNs;
    // What is discarded is only noted: blocks are erased when they are needed.
    if (op !== 'read' && op !== 'write') {
      this.costNs = overheadNs;
      return now + overheadNs;
    }
    const last = Math.ceil((offset + length) / pageBytes);
    let end = start;
    let workNs = 0;
    for (let page = Math.floor(offset / pageBytes); page < last; page++) {
      const channel = page % channels;
      const pageNs = this.#pageNs(op, channel);
      const busyUntil = (op === 'read' ? this.#readAt : this.#freeAt)[channel]!;
      const done = Math.max(start, busyUntil) + pageNs;
      if (op === 'read') this.#readAt[channel] = done;
      // What it was programming ends so much later.
      this.#freeAt[channel] = op === 'read' ? Math.max(done, this.#freeAt[channel]! + pageNs) : done;
      workNs += pageNs;
      if (done > end) end = done;
    }
    const transferNs = Math.ceil((length * picosecondsPerByte) / 1000);
    this.#busFreeAt = Math.max(this.#busFreeAt, start) + transferNs;
    this.costNs = (start - now) / channels + Math.max(Math.ceil(workNs / channels), transferNs);
    this.costNs = Math.ceil(this.costNs);
    return Math.max(end + transferNs, this.#busFreeAt);
  }

  #pageNs(op: DriveOp, channel: number): VirtualNs {
    const { readNs, programNs, eraseNs, pagesPerBlock } = this.#times;
    if (op === 'read') {
      this.counters.pageReads += 1;
      return readNs;
    }
    this.counters.pagePrograms += 1;
    this.#programmed[channel]! += 1;
    if (this.#programmed[channel]! < pagesPerBlock) return programNs;
    this.#programmed[channel] = 0;
    this.counters.erases += 1;
    return programNs + eraseNs;
  }

  capture(): PartState {
    const { counters } = this;
    return partState(STATE, {
      ...{
        readAt: this.#readAt,
        freeAt: this.#freeAt,
        programmed: this.#programmed,
        busFreeAt: this.#busFreeAt,
      },
      ...counters,
    });
  }
  restore(saved: PartState): void {
    const { readAt, freeAt, programmed, busFreeAt, ...counters } = stateIn(STATE, saved);
    if ([readAt, freeAt, programmed].some(({ length }) => length !== this.parallel))
      throw new SnapshotFormatError('flash of other channels');
    this.#readAt.set(readAt);
    this.#freeAt.set(freeAt);
    this.#programmed.set(programmed);
    this.#busFreeAt = busFreeAt;
    Object.assign(this.counters, counters);
  }
}

/** By default as a small solid-state disk: 8 channels, 50 µs to read a page of 16 KiB, 300 µs to program one, 2 GB/s. */
export const FLASH: DiskModelKind = defineKind({
  id: 'flash',
  settings: {
    channels: v.optional(parallel, 8),
    pageBytes: v.optional(bytes, 16 * 1024),
    readNs: v.optional(duration, 50_000),
    programNs: v.optional(duration, 300_000),
    eraseNs: v.optional(duration, 2_000_000),
    pagesPerBlock: v.optional(parallel, 64),
    overheadNs: v.optional(duration, 10_000),
    picosecondsPerByte: v.optional(duration, 500),
  },
  state: STATE,
  create: (times) => new Flash(times),
});

/** The disk that takes the same for every place: so much to begin a request, so much for each byte. One request at a time. */
import * as v from 'valibot';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import type { DriveOp } from '#machine/devices/disk/drive';
import { DISK_LATENCY_NS, DISK_NS_PER_BYTE } from '#machine/disk-time';
import { defineKind } from '#machine/kind';
import type { DiskModel, DiskModelKind } from './model.ts';
import { duration, parallel } from './settings.ts';

const STATE: Declaration<object> = declare('flat disk', {});

class FlatDisk implements DiskModel {
  readonly counters = {};
  readonly pieceBytes: number = 8 * 1024;
  readonly patienceNs = 0;
  readonly parallel: number;
  costNs: VirtualNs = 0;
  readonly #latencyNs: VirtualNs;
  readonly #picosecondsPerByte: number;

  constructor(latencyNs: VirtualNs, picosecondsPerByte: number, atATime: number) {
    this.#latencyNs = latencyNs;
    this.#picosecondsPerByte = picosecondsPerByte;
    this.parallel = atATime;
  }

  begin(op: DriveOp, _: number, length: number, now: VirtualNs, continues: boolean): VirtualNs {
    const moved = op === 'read' || op === 'write' ? length : 0;
    const first = continues ? 0 : this.#latencyNs;
    const durationNs = first + Math.floor((moved * this.#picosecondsPerByte) / 1000);
    this.costNs = Math.ceil(durationNs / this.parallel);
    return now + durationNs;
  }

  capture(): PartState {
    return partState(STATE, {});
  }
  restore(): void {}
}

export const FLAT: DiskModelKind = defineKind({
  id: 'flat',
  settings: {
    latencyNs: v.optional(duration, DISK_LATENCY_NS),
    picosecondsPerByte: v.optional(duration, DISK_NS_PER_BYTE * 1000),
    parallel: v.optional(parallel, 1),
  },
  state: STATE,
  create: ({ latencyNs, picosecondsPerByte, parallel: atATime }) =>
    new FlatDisk(latencyNs, picosecondsPerByte, atATime),
});

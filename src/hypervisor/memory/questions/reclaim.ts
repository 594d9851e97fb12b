/** How a host stands with its memory, what it has taken from whom and why and given back, and its state over time. */
import {
  HOST_MEMORY_STATES,
  type HostMemoryStateId,
  type ReclaimWay,
} from '#base/catalogue/host-memory-states';
import { ok } from '#base/result';
import type { SwapSpec } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import type { Host } from '../../host.ts';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { framesFor } from '../reclaim/host-memory-state.ts';

export interface ReclaimVm {
  readonly vm: string;
  /** None of its pages is taken: its frames were promised to it. */
  readonly isReserved: boolean;
  /** Pages by where they are. */
  readonly resident: number;
  readonly ballooned: number;
  readonly compressed: number;
  readonly swapped: number;
  /** Pages that came back from the swap area so far, and that went there. */
  readonly swappedIn: number;
  readonly swappedOut: number;
  /** The part of its pages that it uses, by sampling, in percent; absent while nothing is taken. */
  readonly usedPercent?: number;
  /** What it pays for a page: who pays least gives the next one. Absent where none of its pages would be taken. */
  readonly price?: number;
}
/** Frames that were taken in one go. */
export interface ReclaimTaking {
  readonly at: VirtualNs;
  readonly from: string;
  /** The VM that needed a frame; absent: the host, so that enough are free. */
  readonly need?: string;
  readonly way: ReclaimWay;
  readonly pages: number;
}
/** What a VM was given back in one go. */
export interface ReclaimGiving {
  readonly at: VirtualNs;
  readonly to: string;
  /** How it had been taken. */
  readonly way: ReclaimWay;
  readonly pages: number;
  /** `needed`: its guest has come to need it; `spare`: enough is free again. */
  readonly why: 'needed' | 'spare';
}
export interface ReclaimMoment {
  readonly at: VirtualNs;
  readonly state: HostMemoryStateId;
  readonly free: number;
}
export interface ReclaimAnswer {
  /** Absent: the host takes nothing. */
  readonly settings?: SwapSpec;
  /** Which page of a VM goes: what the host may be told to go by. */
  readonly policies: readonly string[];
  readonly state: HostMemoryStateId;
  /** Frames of the host, and those that are free. */
  readonly frames: number;
  readonly free: number;
  /** Frames that must be free for each state. */
  readonly thresholds: readonly { readonly state: HostMemoryStateId; readonly frames: number }[];
  readonly swap: {
    /** What its disk does. */
    readonly reads: boolean;
    readonly writes: boolean;
    /** Pages in it, and for which it has room. */
    readonly used: number;
    readonly capacity: number;
    /** Pages in frames that lie there as well; pages that went there so far and needed not be written. */
    readonly cached: number;
    readonly sparedWrites: number;
    /** How long its disk will be at what it was given. */
    readonly backlogNs: VirtualNs;
  };
  /** Compressed pages, the frames that they take, and those that they may. */
  readonly compressed: { readonly pages: number; readonly frames: number; readonly most: number };
  /** Time of physical CPUs that it has taken by itself; what it does in exits counts as theirs. */
  readonly spentNs: VirtualNs;
  readonly vms: readonly ReclaimVm[];
  /** The last ones, the oldest first. */
  readonly takings: readonly ReclaimTaking[];
  /** By the host itself: what a guest touched comes back besides. The last ones, the oldest first. */
  readonly givings: readonly ReclaimGiving[];
  /** Every 100 ms, and whenever the state changed. */
  readonly moments: readonly ReclaimMoment[];
}

export const reclaim: Question<'reclaim', object, ReclaimAnswer> = defineQuestion({
  id: 'reclaim',
  text: {
    en: 'how the host stands with its memory: what was taken from whom and why, what was given back, and its state over time',
    zh: '主机内存的状况：从谁那里收回了什么、为什么，归还了什么，以及状态随时间的变化',
  },
  arguments: {},
  ask: (_, host) => ok(reclaimOf(host)),
});

function reclaimOf(host: Host): ReclaimAnswer {
  const { frames, swap, management } = host;
  const { reclaim: reclaimer, compressed } = management;
  const { settings, history } = reclaimer;
  const nameOf = (slot: number): string => host.vmTable.at(slot)?.spec.name ?? '';
  return {
    ...(settings === undefined ? {} : { settings }),
    policies: reclaimer.policies.map(({ id }) => id),
    state: HOST_MEMORY_STATES[reclaimer.state]!.id,
    ...{ frames: frames.count, free: frames.free },
    thresholds: HOST_MEMORY_STATES.map(({ id }, state) => ({
      state: id,
      frames: framesFor(state, frames.count),
    })),
    swap: {
      ...{ reads: swap.reads, writes: swap.writes, used: swap.used, capacity: swap.capacity },
      ...{ cached: swap.cached, sparedWrites: swap.sparedWrites, backlogNs: swap.backlogNs },
    },
    compressed: { pages: compressed.used, frames: compressed.frameCount, most: compressed.mostFrames },
    spentNs: management.spentNs('reclaim'),
    vms: vmsOf(host),
    takings: history.takings.map(({ at, from, need, way, pages }) => ({
      ...{ at, from: nameOf(from), ...(need === undefined ? {} : { need: nameOf(need) }), way, pages },
    })),
    givings: history.givings.map(({ at, to, way, pages, isNeeded }) => ({
      ...{ at, to: nameOf(to), way, pages, why: isNeeded ? 'needed' : 'spare' },
    })),
    moments: history.moments.map(({ at, state, free }) => ({
      ...{ at, state: HOST_MEMORY_STATES[state]!.id, free },
    })),
  };
}

function vmsOf(host: Host): readonly ReclaimVm[] {
  const { reclaim: reclaimer } = host.management;
  return host.vms().map(({ spec, slot, memory }) => {
    const pages = reclaimer.pagesOf(slot);
    const isReserved = reclaimer.isReserved(slot);
    const price = reclaimer.priceOf(slot);
    return {
      ...{ vm: spec.name, isReserved, resident: memory.dataFrames, ballooned: memory.balloonedPages },
      ...{ compressed: memory.compressedPages, swapped: memory.swappedPages },
      ...{ swappedIn: memory.swappedIn, swappedOut: memory.swappedOut },
      ...(pages === undefined ? {} : { usedPercent: pages.used / 10 }),
      ...(isReserved || !Number.isFinite(price) ? {} : { price }),
    };
  });
}

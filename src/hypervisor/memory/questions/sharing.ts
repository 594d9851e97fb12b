/** What sharing has come to: who has how much in frames of others, the largest clusters of equal pages, and what looking for them took. */
import { PAGE_SIZE, type Spfn } from '#base/addresses';
import { PAGE_STATE } from '#base/catalogue/page-states';
import { ok } from '#base/result';
import type { SharingSpec } from '#base/scenario';
import { OWNER_FIRST_VM } from '#base/views';
import type { VirtualNs } from '#base/virtual-time';
import type { Host } from '../../host.ts';
import { defineQuestion, type Question } from '../../questions/question.ts';
import type { AddressSpace } from '../address-space.ts';
import { FIRST_FRAME, FRAME_SHARED, type FrameAllocator } from '../frame-allocator.ts';
import type { ScannerCounts } from '../sharing/scanner.ts';

/** A frame with the pages that lie in it. */
export interface SharedCluster {
  readonly spfn: Spfn;
  readonly isZero: boolean;
  readonly pages: number;
  /** Of each VM, by its name. */
  readonly vms: readonly { readonly vm: string; readonly pages: number }[];
}
export interface SharingVm {
  readonly vm: string;
  /** Pages that have a frame. */
  readonly pages: number;
  /** Of those, in frames with other pages. */
  readonly shared: number;
  /** Frames for which it must answer, where those with several pages count in parts. */
  readonly frames: number;
}
export interface SharingAnswer {
  /** How fast it goes; absent: it rests. */
  readonly settings?: SharingSpec;
  readonly counts: ScannerCounts;
  /** Time of physical CPUs that it has taken. */
  readonly spentNs: VirtualNs;
  /** Pages that lie in shared frames, and those frames. */
  readonly pages: number;
  readonly frames: number;
  readonly vms: readonly SharingVm[];
  /** The largest ones, the largest first. */
  readonly clusters: readonly SharedCluster[];
}

const MOST_CLUSTERS = 64;

export const sharing: Question<'sharing', object, SharingAnswer> = defineQuestion({
  id: 'sharing',
  text: {
    en: 'pages that are shared: by VM, the largest clusters, and what looking for them took',
    zh: '共享的页：按虚拟机统计、最大的几组，以及查找它们所用的时间',
  },
  arguments: {},
  ask: (_, host) => ok(sharingOf(host)),
});

function sharingOf(host: Host): SharingAnswer {
  const { frames, management } = host;
  const { settings, counts } = management.sharing;
  const clusters = clustersOf(host);
  return {
    ...(settings === undefined ? {} : { settings }),
    counts: { ...counts },
    spentNs: management.spentNs('sharing'),
    pages: clusters.reduce((sum, { pages }) => sum + pages, 0),
    frames: clusters.length,
    vms: host.vms().map(({ spec, memory }) => ({
      ...{ vm: spec.name, pages: memory.dataFrames, shared: sharedPages(memory, frames) },
      frames: partsOf(memory, frames),
    })),
    clusters: clusters
      .sort((a, b) => b.pages - a.pages || a.spfn - b.spfn)
      .slice(0, MOST_CLUSTERS)
      .map(({ spfn, pages }) => ({ spfn, pages, isZero: isZero(host, spfn), vms: vmsOf(host, spfn) })),
  };
}

function clustersOf({ frames }: Host): { readonly spfn: Spfn; readonly pages: number }[] {
  const clusters = [];
  for (const [frame, state] of frames.states.entries()) {
    if (state !== FRAME_SHARED) continue;
    const spfn = (FIRST_FRAME + frame) as Spfn;
    clusters.push({ spfn, pages: frames.userCount(spfn) });
  }
  return clusters;
}

/** A page whose last twin has gone lies alone in its frame, though its state does not say so yet. */
function sharedPages(memory: AddressSpace, frames: FrameAllocator): number {
  return sumOverShared(memory, frames, (users) => (users > 1 ? 1 : 0));
}
function partsOf(memory: AddressSpace, frames: FrameAllocator): number {
  const alone = memory.dataFrames - memory.sharedPages;
  return alone + sumOverShared(memory, frames, (users) => 1 / users);
}
function sumOverShared(
  { slots }: AddressSpace,
  frames: FrameAllocator,
  part: (users: number) => number,
): number {
  let sum = 0;
  for (const slot of slots)
    for (const [page, state] of slot.states.entries())
      if (state === PAGE_STATE.shared) sum += part(frames.userCount(slot.frames[page]!));
  return sum;
}

function isZero({ machine }: Host, spfn: Spfn): boolean {
  return machine.ram.isZeros(spfn * PAGE_SIZE, PAGE_SIZE);
}

function vmsOf(host: Host, spfn: Spfn): { vm: string; pages: number }[] {
  const pages = new Map<number, number>();
  for (const { owner } of host.frames.users(spfn)) pages.set(owner, (pages.get(owner) ?? 0) + 1);
  return [...pages]
    .sort(([a], [b]) => a - b)
    .map(([owner, count]) => ({
      vm: host.vmTable.at(owner - OWNER_FIRST_VM)?.spec.name ?? '',
      pages: count,
    }));
}

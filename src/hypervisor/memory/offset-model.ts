/**
 * The oldest model of memory virtualization: a VM lies in one run of frames, so that SPA = GPA + offset below a bound. The hart has no
 * registers for base and bound, so the G-stage table is still there, of the largest leaves that fit; what the model cannot do is refused:
 * no page has a frame of its own, so none is shared, swapped, lent or protected, and enough frames are of no use where they are not adjacent.
 */
import { PAGE_SIZE } from '#base/addresses';
import { PAGE_STATE } from '#base/catalogue/page-states';
import type { AddressSpace } from './address-space.ts';
import { FRAME_DATA, NO_FRAME } from './frame-allocator.ts';
import { HUGE_PAGES } from './huge-leaf.ts';
import type { Memslot } from './memslot.ts';

/** Frames at which a run of a VM may begin: those that huge leaves need, where it is large enough for one. */
export function runAlignment(pages: number): number {
  return pages < HUGE_PAGES ? 1 : HUGE_PAGES;
}

/** Gives every slot of an empty address space one run of frames; false where there is none. */
export function backByRuns(space: AddressSpace): boolean {
  return space.slots.every((slot) => backByRun(space, slot));
}

function backByRun(space: AddressSpace, slot: Memslot): boolean {
  const { frames, owner } = space;
  const pages = slot.frames.length;
  const first = frames.allocateRun(pages, runAlignment(pages), owner, FRAME_DATA, slot.gfnOf(0));
  if (first === NO_FRAME) return false;
  let placed = 0;
  while (placed < pages) {
    const isHuge = slot.gfnOf(placed) % HUGE_PAGES === 0 && placed + HUGE_PAGES <= pages;
    const count = isHuge ? HUGE_PAGES : 1;
    if (!space.placeRun(slot, placed, count, first + placed, isHuge ? 1 : 0)) {
      for (let page = placed + count; page < pages; page++)
        frames.removeUser(first + page, owner, slot.gfnOf(page));
      return false;
    }
    placed += count;
  }
  return true;
}

/** Adjacent pages in adjacent frames: what one offset translates. */
export interface OffsetRun {
  readonly gpa: number;
  readonly spa: number;
  readonly bytes: number;
}

/** The pages of an address space that are in frames, as runs with one offset each, in the order of guest addresses. */
export function offsetRuns({ slots }: AddressSpace): OffsetRun[] {
  const runs: { gpa: number; spa: number; bytes: number }[] = [];
  for (const slot of slots)
    for (let page = 0; page < slot.frames.length; page++) {
      const state = slot.states[page];
      if (state !== PAGE_STATE.backed && state !== PAGE_STATE.shared) continue;
      const gpa = slot.gfnOf(page) * PAGE_SIZE;
      const spa = slot.frames[page]! * PAGE_SIZE;
      const last = runs.at(-1);
      if (last !== undefined && last.gpa + last.bytes === gpa && last.spa + last.bytes === spa)
        last.bytes += PAGE_SIZE;
      else runs.push({ gpa, spa, bytes: PAGE_SIZE });
    }
  return runs;
}

/**
 * Leaves of 2 MiB: a run of adjacent frames is given to as many pages at once. When a page of it needs a leaf of its own (write
 * protection, sharing, swap), the leaf is split; `AddressSpace.join` makes it one again.
 */

import { PAGE_SIZE } from '#base/addresses';
import { PAGE_STATE } from '#base/catalogue/page-states';
import { LEAF_SIZE } from '#machine/page-tables/page-table-entry';
import type { AddressSpace } from './address-space.ts';
import { FRAME_DATA, NO_FRAME } from './frame-allocator.ts';
import { RIGHTS } from './page-access.ts';

const LEVEL = 1;
/** What a huge leaf maps. */
export const HUGE_BYTES: number = LEAF_SIZE[LEVEL]!;
export const HUGE_PAGES: number = HUGE_BYTES / PAGE_SIZE;

/** Backs the 2 MiB around an address, where no page has a frame yet. False when one has, or there is no run of frames. */
export function backHuge(space: AddressSpace, gpa: number): boolean {
  const start = gpa - (gpa % HUGE_BYTES);
  const slot = space.slotOf(start, HUGE_BYTES);
  if (slot === undefined) return false;
  const first = slot.pageOf(start);
  for (let page = first; page < first + HUGE_PAGES; page++)
    if (slot.states[page] !== PAGE_STATE.absent || slot.rights[page] !== RIGHTS) return false;
  const spfn = space.frames.allocateRun(HUGE_PAGES, HUGE_PAGES, space.owner, FRAME_DATA, slot.gfnOf(first));
  return spfn !== NO_FRAME && space.placeRun(slot, first, HUGE_PAGES, spfn, LEVEL);
}

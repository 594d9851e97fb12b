/**
 * Sharing of pages: several pages with the same content lie in one frame, write-protected, until one of them is written. Which
 * pages have the same content is for others to find out.
 */

import { PAGE_SIZE } from '#base/addresses';
import { PAGE_STATE } from '#base/catalogue/page-states';
import type { AddressSpace } from '../address-space.ts';
import { NO_FRAME } from '../frame-allocator.ts';
import type { Memslot } from '../memslot.ts';
import { SHORTAGE } from '../page-access.ts';

/**
 * A page gives up its frame for that of another page with the same content. False when one of them may not be touched, or on a
 * shortage of frames for tables.
 */
export function share(space: AddressSpace, gpa: number, other: AddressSpace, otherGpa: number): boolean {
  if (!space.isReclaimable(gpa) || !other.isReclaimable(otherGpa)) return false;
  if (!space.isolate(gpa) || !other.isolate(otherGpa)) return false;
  const slot = space.slotOf(gpa)!;
  const page = slot.pageOf(gpa);
  const otherSlot = other.slotOf(otherGpa)!;
  const otherPage = otherSlot.pageOf(otherGpa);
  const spfn = otherSlot.frames[otherPage]!;
  if (slot.frames[page] === spfn) return false;
  otherSlot.setState(otherPage, PAGE_STATE.shared);
  other.permit(otherSlot, otherPage);
  space.remove(slot, page, PAGE_STATE.absent);
  space.frames.addUser(spfn, space.owner, slot.gfnOf(page));
  return space.place(slot, page, spfn, PAGE_STATE.shared) === 0;
}

/** Before a shared page is written: it gets a frame of its own, and the last one of them keeps the frame. 0, or SHORTAGE. */
export function unshare(space: AddressSpace, slot: Memslot, page: number): number {
  const { frames, ram } = space;
  const shared = slot.frames[page]!;
  if (frames.userCount(shared) === 1) {
    space.work = 'permit';
    slot.setState(page, PAGE_STATE.backed);
    return space.permit(slot, page);
  }
  const spfn = space.frameFor(slot, page);
  if (spfn === NO_FRAME) return SHORTAGE;
  ram.copy(shared * PAGE_SIZE, spfn * PAGE_SIZE, PAGE_SIZE);
  space.remove(slot, page, PAGE_STATE.absent);
  return space.place(slot, page, spfn, PAGE_STATE.backed);
}

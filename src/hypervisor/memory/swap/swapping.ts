/**
 * A page's way into the swap area and back. Which pages go is a policy's to say; back they come when they are accessed.
 */

import { PAGE_SIZE } from '#base/addresses';
import { PAGE_STATE } from '#base/catalogue/page-states';
import { invariant } from '#base/result';
import { FOR_SWAP } from '../accessed-pages.ts';
import type { AddressSpace } from '../address-space.ts';
import { NO_FRAME } from '../frame-allocator.ts';
import type { Memslot } from '../memslot.ts';
import { pageNumber } from '../noted-pages.ts';
import { SHORTAGE, WAIT } from '../page-access.ts';
import { NO_PLACE, type Place } from './page-store.ts';

/** Moves a page into the swap area. False when its frame may not be taken, others share it, or there is no room. */
export function swapOut(space: AddressSpace, gpa: number): boolean {
  if (!space.isReclaimable(gpa) || !space.cutOut(gpa)) return false;
  const slot = space.slotOf(gpa)!;
  const page = slot.pageOf(gpa);
  const spfn = slot.frames[page]!;
  if (space.frames.userCount(spfn) > 1) return false;
  const gfn = slot.gfnOf(page);
  const place = space.swap.put(spfn, space.owner, gfn, space.written.has(pageNumber(gfn), FOR_SWAP));
  if (place === NO_PLACE) return false;
  space.remove(slot, page, PAGE_STATE.swapped);
  slot.frames[page] = place;
  space.swappedOut += 1;
  return true;
}

/**
 * Begins to bring a page back: WAIT, or SHORTAGE, also while the disk does not read. Its frame is taken at once, so that what is on its
 * way cannot fail for want of one.
 */
export function swapIn(space: AddressSpace, slot: Memslot, page: number): number {
  const gfn = slot.gfnOf(page);
  if (!space.swap.reads) return SHORTAGE;
  const spfn = space.frameFor(slot, page);
  if (spfn === NO_FRAME) return SHORTAGE;
  space.swappedIn += 1;
  space.swap.fetch(slot.frames[page]!, spfn, space.owner, gfn);
  return space.place(slot, page, spfn, PAGE_STATE.arriving) === 0 ? WAIT : SHORTAGE;
}

/** A page that was on its way could not be read: it lies where it lay, and whoever asks for it finds that the disk does not read. */
function arriveNot(space: AddressSpace, slot: Memslot, page: number, place: Place): void {
  space.swappedIn -= 1;
  space.remove(slot, page, PAGE_STATE.swapped);
  slot.frames[page] = place;
}

/** A page that was on its way is there; or, with its place, it could not be read. */
export function arrive(space: AddressSpace, guestFrame: number, failedAt?: Place): void {
  const slot = space.slotOf(guestFrame * PAGE_SIZE);
  invariant(slot !== undefined, 'what arrives is a page of a memslot');
  const page = slot.pageOf(guestFrame * PAGE_SIZE);
  invariant(slot.states[page] === PAGE_STATE.arriving, 'what arrives was on its way');
  if (failedAt !== undefined) {
    arriveNot(space, slot, page, failedAt);
    return;
  }
  slot.setState(page, PAGE_STATE.backed);
  // Without a frame for its tables, the next access finds the shortage.
  space.permit(slot, page);
}

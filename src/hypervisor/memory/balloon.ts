/**
 * Giving pages back to the host: the frame (or the place in the swap area) goes, and the page is zeros when it is touched again. The
 * guest may name any page; what it names is its own or nothing.
 */
import { PAGE_SIZE } from '#base/addresses';
import { PAGE_STATE, PAGE_STATES } from '#base/catalogue/page-states';
import type { GivenPage } from '#machine/devices/guest-memory';
import type { AddressSpace } from './address-space.ts';
import { dropStored } from './address-space-state.ts';
import { UNBACKED } from './memslot.ts';

/** Takes the content of a page away that its guest does not need: one that it lent (`ballooned`), or reported to be free (`absent`). */
export function giveBack(space: AddressSpace, gpa: number, state: 'absent' | 'ballooned'): GivenPage {
  const slot = space.slotOf(gpa);
  if (slot === undefined) return 'outside';
  const page = slot.pageOf(gpa);
  switch (PAGE_STATES[slot.states[page]!]!.id) {
    case 'ballooned':
      return 'already';
    case 'absent':
      if (state === 'absent') return 'already';
      slot.setState(page, PAGE_STATE[state]);
      return 'given';
    case 'arriving':
      return 'held';
    case 'swapped':
    case 'compressed':
      dropStored(space, slot.states[page], slot.frames[page]!);
      slot.frames[page] = UNBACKED;
      slot.setState(page, PAGE_STATE[state]);
      return 'given';
    case 'backed':
    case 'shared':
      if (!space.isReclaimable(gpa) || !space.cutOut(gpa)) return 'held';
      space.remove(slot, page, PAGE_STATE[state]);
      return 'given';
  }
}

/** The guest has a page again that it lent; false when it did not lend it, or used it meanwhile. */
export function takeBack(space: AddressSpace, gpa: number): boolean {
  const slot = space.slotOf(gpa);
  const page = slot?.pageOf(gpa) ?? 0;
  if (slot?.states[page] !== PAGE_STATE.ballooned) return false;
  slot.setState(page, PAGE_STATE.absent);
  return true;
}

/** The guest has all pages again that it lent. */
export function takeAllBack(space: AddressSpace): void {
  for (const slot of space.slots)
    if (slot.counts[PAGE_STATE.ballooned]! > 0)
      for (let page = 0; page < slot.states.length; page++) takeBack(space, slot.gfnOf(page) * PAGE_SIZE);
}

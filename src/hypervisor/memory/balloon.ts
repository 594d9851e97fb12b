/** Giving pages back to the host: the frame goes, and the page is zeros when it is touched again. */
import { PAGE_STATE } from '#base/catalogue/page-states';
import type { AddressSpace } from './address-space.ts';

/**
 * Takes the frame of a page away that its guest does not need: one that it lent (`ballooned`), or reported to be free
 * (`absent`). False when the frame may not be taken.
 */
export function giveBack(space: AddressSpace, gpa: number, state: 'absent' | 'ballooned'): boolean {
  if (!space.isReclaimable(gpa) || !space.isolate(gpa)) return false;
  const slot = space.slotOf(gpa)!;
  space.remove(slot, slot.pageOf(gpa), PAGE_STATE[state]);
  return true;
}

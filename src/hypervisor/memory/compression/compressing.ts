/** A page's way into the compressed store and back. Which pages go is a policy's to say; back they come when they are accessed, or by {@link decompress}. */
import { PAGE_SIZE } from '#base/addresses';
import { PAGE_STATE } from '#base/catalogue/page-states';
import type { AddressSpace } from '../address-space.ts';
import { DECOMPRESS_NS } from '../costs.ts';
import { NO_FRAME } from '../frame-allocator.ts';
import type { Memslot } from '../memslot.ts';
import { SHORTAGE } from '../page-access.ts';
import type { CompressedStore } from './compressed-store.ts';

/** Compresses a page, and gives its frame up. False when the frame may not be taken, others share it, or the page stays too large. */
export function compress(space: AddressSpace, gpa: number, store: CompressedStore): boolean {
  if (!space.isReclaimable(gpa) || !space.cutOut(gpa)) return false;
  const slot = space.slotOf(gpa)!;
  const page = slot.pageOf(gpa);
  const spfn = slot.frames[page]!;
  if (space.frames.userCount(spfn) > 1) return false;
  const small = store.compress(spfn);
  if (small === undefined) return false;
  // The frame that the page leaves may be the one that what is left of it goes to.
  space.remove(slot, page, PAGE_STATE.compressed);
  slot.frames[page] = store.keep(small);
  return true;
}

/** For an access, which takes that much longer: 0, or SHORTAGE. */
export function decompressFor(space: AddressSpace, slot: Memslot, page: number): number {
  const answer = decompress(space, slot, page);
  if (answer !== SHORTAGE) space.pressure.charge(DECOMPRESS_NS);
  return answer;
}

/** Gives a page its content back, in a frame of its own: 0, or SHORTAGE. */
export function decompress(space: AddressSpace, slot: Memslot, page: number): number {
  const spfn = space.frameFor(slot, page);
  if (spfn === NO_FRAME) return SHORTAGE;
  const place = slot.frames[page]!;
  space.ram.write(spfn * PAGE_SIZE, space.compressed.read(place));
  const answer = space.place(slot, page, spfn, PAGE_STATE.backed);
  if (answer === 0) space.compressed.drop(place);
  return answer;
}

/** What a saved memslot must be: the state of each page fits what is behind it, and that is its own. */
import { PAGE_STATE } from '#base/catalogue/page-states';
import { SnapshotFormatError } from '#base/state/bytes';
import type { AddressSpace } from './address-space.ts';
import { isStored } from './address-space-state.ts';
import { type Memslot, UNBACKED } from './memslot.ts';

/** Throws where a memslot contradicts itself or the frames of its host. */
export function checkPages({ frames, owner }: AddressSpace, slot: Memslot): void {
  for (const [page, state] of slot.states.entries()) {
    const frame = slot.frames[page]!;
    const hasNone = state === PAGE_STATE.absent || state === PAGE_STATE.ballooned;
    if (hasNone !== (frame === UNBACKED))
      throw new SnapshotFormatError('a page whose state does not fit what is behind it');
    if (hasNone || isStored(state)) continue;
    if (!frames.hasUser(frame, owner, slot.gfnOf(page)))
      throw new SnapshotFormatError('a memslot names a frame of another owner');
  }
}

/** What a saved memslot must be: the state of each page fits what is behind it, and that is its own. */
import { PAGE_STATE } from '#base/catalogue/page-states';
import { SnapshotFormatError } from '#base/state/bytes';
import type { AddressSpace } from './address-space.ts';
import { isEmpty, isStored } from './address-space-state.ts';
import { type Memslot, UNBACKED } from './memslot.ts';

/** Throws where a memslot contradicts itself or the frames of its host. */
export function checkPages({ frames, owner }: AddressSpace, slot: Memslot): void {
  for (const [page, state] of slot.states.entries()) {
    const frame = slot.frames[page]!;
    const hasNone = isEmpty(state);
    if (hasNone !== (frame === UNBACKED))
      throw new SnapshotFormatError('a page whose state does not fit what is behind it');
    if (hasNone || isStored(state)) continue;
    if (!frames.hasUser(frame, owner, slot.gfnOf(page)))
      throw new SnapshotFormatError('a memslot names a frame of another owner');
  }
}

/** A store of pages that are not in a frame of their own. */
interface PlaceStore {
  readonly used: number;
  has(place: number): boolean;
}

/** Throws unless each place of the stores is that of exactly one page. */
export function checkPlaces(spaces: readonly AddressSpace[], swap: PlaceStore, compressed: PlaceStore): void {
  const places = { swapped: new Set<number>(), compressed: new Set<number>() };
  for (const { slots } of spaces)
    for (const { states, frames } of slots)
      for (const [page, state] of states.entries()) {
        if (!isStored(state)) continue;
        const isSwapped = state === PAGE_STATE.swapped;
        const [store, taken] = isSwapped ? [swap, places.swapped] : [compressed, places.compressed];
        const place = frames[page]!;
        if (!store.has(place) || taken.has(place))
          throw new SnapshotFormatError('a page at a place that is not its own');
        taken.add(place);
      }
  if (places.swapped.size !== swap.used || places.compressed.size !== compressed.used)
    throw new SnapshotFormatError('a stored page that nobody has');
}

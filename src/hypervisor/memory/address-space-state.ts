/** What a snapshot holds of an address space on its host, and what must be true of the pages that one names. */
import { PAGE_SIZE } from '#base/addresses';
import { LIMITS } from '#base/catalogue/limits';
import { PAGE_STATE } from '#base/catalogue/page-states';
import { type Declaration, declare, since } from '#base/state/declare';
import { bytes, integer, list, upTo } from '#base/state/types';
import type { AddressSpace } from './address-space.ts';
import { G_STAGE, type GStageState } from './g-stage-table.ts';
import { MEMSLOT, type Memslot, type MemslotState, UNBACKED } from './memslot.ts';

/** Pages that were brought back from the swap area, or taken there, so far. */
interface SwapCounts {
  readonly ins: number;
  readonly outs: number;
}
/** None yet. */
const NO_SWAPS: SwapCounts = { ins: 0, outs: 0 };

export interface AddressSpaceState {
  readonly slots: readonly MemslotState[];
  readonly table: GStageState;
  readonly swaps: SwapCounts;
  /** By page: who has not been told of an access; nothing where all have been. */
  readonly untold: Uint8Array;
  /** The same of writes. */
  readonly unsaid: Uint8Array;
}
const MOST_PAGES: number = LIMITS.vmMemoryBytes.most / PAGE_SIZE;
export const ADDRESS_SPACE: Declaration<AddressSpaceState> = declare('address space', {
  slots: list(MEMSLOT, upTo(16)),
  table: G_STAGE,
  swaps: since(6, declare<SwapCounts>('swaps', { ins: integer, outs: integer }), NO_SWAPS),
  untold: since(6, bytes(upTo(MOST_PAGES)), new Uint8Array(0)),
  unsaid: since(7, bytes(upTo(MOST_PAGES)), new Uint8Array(0)),
});

/** A page without content. */
export function isEmpty(state: number | undefined): boolean {
  return state === PAGE_STATE.absent || state === PAGE_STATE.ballooned;
}
/** Whether what lies behind a page is a place of its own in a store, and not a frame. */
export function isStored(state: number | undefined): boolean {
  return state === PAGE_STATE.swapped || state === PAGE_STATE.compressed;
}
/** Frees the place of such a page. */
export function dropStored(
  { swap, compressed }: AddressSpace,
  state: number | undefined,
  place: number,
): void {
  if (state === PAGE_STATE.swapped) swap.drop(place);
  else compressed.drop(place);
}

/** Gives back what lies behind a page: its frame, or its place in a store. */
export function releasePage(space: AddressSpace, slot: Memslot, page: number): void {
  const frame = slot.frames[page]!;
  const gfn = slot.gfnOf(page);
  space.swap.uncache(space.owner, gfn);
  if (frame === UNBACKED) return;
  const state = slot.states[page];
  if (isStored(state)) {
    dropStored(space, state, frame);
    return;
  }
  if (state === PAGE_STATE.arriving) space.swap.forget(space.owner, gfn);
  space.frames.removeUser(frame, space.owner, gfn);
}

/** How many frames a VM's pages need, and how many it would give back: what must be known before it is put in another's place. */
import { PAGE_SIZE } from '#base/addresses';
import { PAGE_STATE } from '#base/catalogue/page-states';
import type { AddressSpace } from './address-space.ts';
import { isStored } from './address-space-state.ts';
import { ENTRIES, ROOT_FRAMES } from './g-stage-table.ts';
import { UNBACKED } from './memslot.ts';
import type { VmPages } from './vm-pages.ts';

/** Pages below one table of the last level, and below one of the level above. */
const PAGES_PER_TABLE: number = ENTRIES;
const PAGES_PER_DIRECTORY: number = ENTRIES ** 2;

/** Frames that pages need at most, those of their tables included. */
export function framesForPages({ slots }: VmPages): number {
  let needed = ROOT_FRAMES;
  const tables = new Set<number>();
  const directories = new Set<number>();
  for (const { base, pages } of slots)
    for (const [page, state] of pages.entries()) {
      if (state !== PAGE_STATE.backed) continue;
      const guestFrame = base / PAGE_SIZE + page;
      needed += 1;
      tables.add(Math.floor(guestFrame / PAGES_PER_TABLE));
      directories.add(Math.floor(guestFrame / PAGES_PER_DIRECTORY));
    }
  return needed + tables.size + directories.size;
}

/** Frames that are free, at least, once an address space has been released: those of which it is the only user. */
export function reclaimableFrames(space: AddressSpace): number {
  let frames = space.tableFrames;
  for (const slot of space.slots)
    for (const [page, frame] of slot.frames.entries())
      if (frame !== UNBACKED && !isStored(slot.states[page]) && space.frames.userCount(frame) === 1)
        frames += 1;
  return frames;
}

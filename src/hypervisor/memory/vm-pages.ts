/**
 * The memory of a VM without its host: which of its pages have a content, and that. Where a content lies (a frame, one that others
 * share, the swap area) and what the hypervisor watches there is not part of it.
 */
import { PAGE_SIZE } from '#base/addresses';
import { LIMITS } from '#base/catalogue/limits';
import { PAGE_STATE } from '#base/catalogue/page-states';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare, since } from '#base/state/declare';
import { bytes, integer, list, u32, upTo } from '#base/state/types';
import { PTE_R, PTE_W } from '#machine/page-tables/page-table-entry';
import type { AddressSpace } from './address-space.ts';
import { isEmpty } from './address-space-state.ts';
import { type Memslot, UNBACKED } from './memslot.ts';
import { RIGHTS, WRITE } from './page-access.ts';
import { type ProtectedRange, protectedRanges, protectRange } from './protection.ts';

interface SlotPages {
  readonly base: number;
  readonly sizeBytes: number;
  /** By page: the state of one that has no content, or `backed`. */
  readonly pages: Uint8Array;
}

/** What pages hold, in the order of guest frames; nothing for zeros. */
export type PageContents = readonly (Uint8Array | undefined)[];

export interface VmPages {
  readonly slots: readonly SlotPages[];
  /** What is forbidden of ranges of it, in the order of their addresses. */
  readonly ranges: readonly ProtectedRange[];
}
const MOST_PAGES: number = LIMITS.vmMemoryBytes.most / PAGE_SIZE;
export const VM_PAGES: Declaration<VmPages> = declare('vm pages', {
  slots: list(
    declare<SlotPages>('pages of a slot', {
      base: integer,
      sizeBytes: integer,
      pages: bytes(upTo(MOST_PAGES)),
    }),
    upTo(16),
  ),
  ranges: since(
    7,
    list(
      declare<ProtectedRange>('protected range', { gpa: integer, bytes: integer, rights: u32 }),
      upTo(MOST_PAGES),
    ),
    [],
  ),
});

/** Which pages have a content. */
export function pagesOf(space: AddressSpace): VmPages {
  const { slots } = space;
  return {
    ranges: protectedRanges(space),
    slots: slots.map(({ base, sizeBytes, states }) => ({
      ...{ base, sizeBytes },
      pages: states.map((state) => (isEmpty(state) ? state : PAGE_STATE.backed)),
    })),
  };
}

/** Where the content of each such page lies, in the order of guest frames: the number of its frame, or bytes where it is swapped out or compressed. */
export function* contentsOf({ slots, swap, compressed }: AddressSpace): Generator<number | Uint8Array> {
  for (const slot of slots)
    for (const [page, frame] of slot.frames.entries()) {
      if (frame === UNBACKED) continue;
      const state = slot.states[page];
      if (state === PAGE_STATE.swapped) yield swap.read(frame);
      else yield state === PAGE_STATE.compressed ? compressed.read(frame) : frame;
    }
}

/**
 * Gives an empty address space these pages: each content a frame of its own. False on a shortage.
 * @param contents in the order of guest frames; nothing for zeros
 */
export function fillPages(space: AddressSpace, { slots }: VmPages, contents: PageContents): boolean {
  if (slots.length !== space.slots.length) throw new SnapshotFormatError('a VM of other memslots');
  let next = 0;
  for (const [index, slot] of space.slots.entries()) {
    const { base, sizeBytes, pages } = slots[index]!;
    if (base !== slot.base || sizeBytes !== slot.sizeBytes || pages.length !== slot.states.length)
      throw new SnapshotFormatError('a memslot of another place or size');
    for (const [page, state] of pages.entries()) {
      if (isEmpty(state)) slot.setState(page, state);
      else if (state !== PAGE_STATE.backed) throw new SnapshotFormatError('a page in no state of its own');
      else if (next >= contents.length) throw new SnapshotFormatError('a page without its content');
      else if (!fill(space, slot, page, contents[next++])) return false;
    }
  }
  if (next !== contents.length) throw new SnapshotFormatError('contents of no page');
  return true;
}

/** Forbids of a filled address space what was forbidden of these pages. False on a shortage. */
export function protectPages(space: AddressSpace, { ranges }: VmPages): boolean {
  let end = 0;
  for (const { gpa, bytes, rights } of ranges) {
    const isWhole = gpa % PAGE_SIZE === 0 && bytes % PAGE_SIZE === 0 && bytes > 0 && gpa >= end;
    if (!isWhole || space.slotOf(gpa, bytes) === undefined || !isNarrow(rights) || space.inOneRun)
      throw new SnapshotFormatError('a protected range that there cannot be');
    if (!protectRange(space, gpa, bytes, rights)) return false;
    end = gpa + bytes;
  }
  return true;
}
/** Some right is missing, and none is there that page tables do not have: W without R is reserved. */
function isNarrow(rights: number): boolean {
  return (rights & ~RIGHTS) === 0 && rights !== RIGHTS && (rights & (PTE_R | PTE_W)) !== PTE_W;
}

function fill(space: AddressSpace, slot: Memslot, page: number, content: Uint8Array | undefined): boolean {
  const spa = space.access(slot.gfnOf(page) * PAGE_SIZE, WRITE);
  // A new frame holds zeros.
  if (spa >= 0 && content !== undefined) space.ram.write(spa, content);
  return spa >= 0;
}

/** What the hypervisor allows of ranges of a VM's memory, beside what its guest allows itself. */
import { PAGE_SIZE } from '#base/addresses';
import type { AddressSpace } from './address-space.ts';
import { RIGHTS } from './page-access.ts';

/** Allows exactly this in a range that lies in one memslot; false, with the rest as it was, on a shortage of frames for tables. */
export function protectRange(space: AddressSpace, gpa: number, bytes: number, rights: number): boolean {
  for (let at = gpa; at < gpa + bytes; at += PAGE_SIZE) if (!space.protect(at, rights)) return false;
  return true;
}

/** Pages in a row of which the same is allowed. */
export interface ProtectedRange {
  readonly gpa: number;
  readonly bytes: number;
  /** Bits of a page-table entry. */
  readonly rights: number;
}

/** Ranges where something is not allowed, in the order of their addresses. */
export function protectedRanges(space: AddressSpace): ProtectedRange[] {
  const found: { gpa: number; bytes: number; rights: number }[] = [];
  for (const { base, rights: all } of space.slots)
    for (const [page, bits] of all.entries()) {
      const rights = bits & RIGHTS;
      const gpa = base + page * PAGE_SIZE;
      const last = found.at(-1);
      // W alone is withheld from a page that is watched: nobody forbids it.
      if (rights === RIGHTS || bits !== rights) continue;
      if (last?.rights === rights && last.gpa + last.bytes === gpa) last.bytes += PAGE_SIZE;
      else found.push({ gpa, bytes: PAGE_SIZE, rights });
    }
  return found;
}

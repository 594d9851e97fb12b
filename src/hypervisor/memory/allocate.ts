/** How a VM gets its memory when it starts or comes from elsewhere: as its mode of allocation says. */
import { PAGE_SIZE, RAM_BASE } from '#base/addresses';
import { type AllocationMode, allocationOf } from '#base/catalogue/allocation-modes';
import { fail, ok, type Result } from '#base/result';
import type { VmSpec } from '#base/scenario';
import type { AddressSpace } from './address-space.ts';
import type { AddressSpaceOptions } from './address-space-options.ts';
import { backHuge, HUGE_BYTES } from './huge-leaf.ts';
import { Memslot } from './memslot.ts';
import { backByRuns, runAlignment } from './offset-model.ts';
import { WRITE } from './page-access.ts';
import { fillPages, protectPages, type VmPages } from './vm-pages.ts';

/** The memory that a VM's specification asks for: one memslot, at the start of RAM. */
export function shapeOf({
  memoryBytes,
  allocation,
}: VmSpec): Pick<AddressSpaceOptions, 'slots' | 'inOneRun'> {
  return { slots: [new Memslot(RAM_BASE, memoryBytes)], inOneRun: allocationOf(allocation).run };
}

/** How often room is made for the root of a table before that is given up. */
const ROOT_ATTEMPTS = 64;

/** Makes the table's root, which needs adjacent frames: each time room is made they may be among those that came free. */
function create(space: AddressSpace): boolean {
  for (let left = ROOT_ATTEMPTS; !space.create(); left--)
    if (left === 0 || !space.pressure.makeRoom(space.owner)) return false;
  return true;
}

/** Builds the address space of a VM, with what its mode gives ahead. What there is no room for is said; its caller releases the rest. */
export function giveMemory(space: AddressSpace, mode: AllocationMode): Result<null> {
  if (create(space) && (!allocationOf(mode).ahead || allocateAll(space))) return ok(null);
  if (!space.inOneRun) return fail('vm.hostMemoryExhausted');
  const pages = space.slots.reduce((sum, { frames }) => sum + frames.length, 0);
  const { frames } = space;
  return fail('vm.noRun', { pages, largest: frames.longestRun(runAlignment(pages)), free: frames.free });
}

/** Builds the address space of a VM that comes with these pages; in one run, where it lies in one. False on a shortage. */
export function takePages(
  space: AddressSpace,
  pages: VmPages,
  contents: readonly (Uint8Array | undefined)[],
): boolean {
  const hasTables = create(space) && (!space.inOneRun || allocateAll(space));
  return hasTables && fillPages(space, pages, contents) && protectPages(space, pages);
}

/** Backs every page of every slot, by huge leaves where there are runs of frames; false on a shortage. */
export function allocateAll(space: AddressSpace): boolean {
  if (space.inOneRun) return backByRuns(space);
  for (const slot of space.slots)
    for (let gpa = slot.base; gpa < slot.base + slot.sizeBytes; gpa += PAGE_SIZE) {
      if (gpa % HUGE_BYTES === 0) backHuge(space, gpa);
      if (space.access(gpa, WRITE) < 0) return false;
    }
  return true;
}

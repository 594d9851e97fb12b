/**
 * Makes huge leaves of pages that were given on demand, as khugepaged does: where all 512 pages of 2 MiB have frames of their own, they
 * move into a run of adjacent frames, if there is one, and one leaf maps them. It is split again by whoever needs a page of it alone.
 */
import { PAGE_SIZE } from '#base/addresses';
import { LIMITS } from '#base/catalogue/limits';
import { PAGE_STATE } from '#base/catalogue/page-states';
import { type Declaration, declare } from '#base/state/declare';
import { bool, integer } from '#base/state/types';
import { NS_PER_MS, type VirtualNs } from '#base/virtual-time';
import type { Duty } from '../cpu/duties.ts';
import type { AddressSpace } from './address-space.ts';
import { COPY_NS, LEAF_NS } from './costs.ts';
import { FRAME_DATA, NO_FRAME } from './frame-allocator.ts';
import { HUGE_BYTES, HUGE_PAGES } from './huge-leaf.ts';
import type { Memslot } from './memslot.ts';
import { pageNumber } from './noted-pages.ts';
import { RIGHTS } from './page-access.ts';

/** From one look to the next, in which it makes one leaf at most. */
const PERIOD_NS: VirtualNs = 100 * NS_PER_MS;
const LEVEL = 1;

export interface HugePagesState {
  readonly isOn: boolean;
  readonly made: number;
}
/** Before there were any. */
export const NO_HUGE_PAGES: HugePagesState = { isOn: false, made: 0 };
export const HUGE_PAGES_STATE: Declaration<HugePagesState> = declare('huge pages', {
  ...{ isOn: bool, made: integer },
});

/** Leaves of 2 MiB of an address space. */
export function hugeLeaves(space: AddressSpace): number {
  let leaves = 0;
  for (const slot of space.slots)
    for (let gpa = firstRange(slot); gpa + HUGE_BYTES <= slot.base + slot.sizeBytes; gpa += HUGE_BYTES)
      if (space.levelOf(gpa) === LEVEL) leaves += 1;
  return leaves;
}

export class HugePages implements Duty {
  readonly id = 'huge-pages';
  readonly #spaceOf: (slot: number) => AddressSpace | undefined;
  isOn = false;
  /** Leaves that it has made so far. */
  made = 0;

  constructor(spaceOf: (slot: number) => AddressSpace | undefined) {
    this.#spaceOf = spaceOf;
  }

  get periodNs(): VirtualNs | undefined {
    return this.isOn ? PERIOD_NS : undefined;
  }

  run(): VirtualNs {
    let looked = 0;
    for (let slot = 0; slot < LIMITS.vms; slot++) {
      const space = this.#spaceOf(slot);
      // Who takes pages back, or logs accesses, looks at the A and D bits of single pages.
      if (space === undefined || space.inOneRun || space.isPinned || space.pressure.reserve > 0) continue;
      if (space.accessed.isWanted || space.written.isWanted) continue;
      for (const memslot of space.slots)
        for (let gpa = firstRange(memslot); gpa + HUGE_BYTES <= memslot.base + memslot.sizeBytes; ) {
          looked += 1;
          if (isWhole(space, memslot, gpa)) {
            const cost = join(space, memslot, gpa);
            if (cost > 0) {
              this.made += 1;
              return looked * LEAF_NS + cost;
            }
          }
          gpa += HUGE_BYTES;
        }
    }
    return looked * LEAF_NS;
  }

  capture(): HugePagesState {
    return { isOn: this.isOn, made: this.made };
  }
  restore({ isOn, made }: HugePagesState): void {
    this.isOn = isOn;
    this.made = made;
  }
}

function firstRange({ base }: Memslot): number {
  return Math.ceil(base / HUGE_BYTES) * HUGE_BYTES;
}

/** True where every page has a frame of its own that nobody holds, with all rights, and they are not one leaf yet. */
function isWhole(space: AddressSpace, slot: Memslot, gpa: number): boolean {
  if (space.levelOf(gpa) !== 0) return false;
  const first = slot.pageOf(gpa);
  for (let page = first; page < first + HUGE_PAGES; page++) {
    const isOwn = slot.states[page] === PAGE_STATE.backed && slot.rights[page] === RIGHTS;
    if (!isOwn || slot.pins[page] !== 0 || space.frames.userCount(slot.frames[page]!) !== 1) return false;
  }
  return true;
}

/** Joins them where they lie, or in a run of frames; how long a CPU takes for it, 0 where it cannot be. */
function join(space: AddressSpace, slot: Memslot, gpa: number): VirtualNs {
  const looks = HUGE_PAGES * LEAF_NS;
  if (space.join(gpa, LEVEL)) return looks;
  const { frames, owner, ram, pressure } = space;
  if (frames.free < HUGE_PAGES + pressure.reserve) return 0;
  const first = slot.pageOf(gpa);
  const run = frames.allocateRun(HUGE_PAGES, HUGE_PAGES, owner, FRAME_DATA, slot.gfnOf(first));
  if (run === NO_FRAME) return 0;
  for (let at = 0; at < HUGE_PAGES; at++) {
    const page = first + at;
    ram.copy(slot.frames[page]! * PAGE_SIZE, (run + at) * PAGE_SIZE, PAGE_SIZE);
    space.accessed.keep(pageNumber(slot.gfnOf(page)));
    space.remove(slot, page, PAGE_STATE.absent);
    // Its table is there: it needs no frame.
    space.place(slot, page, run + at, PAGE_STATE.backed);
  }
  space.join(gpa, LEVEL);
  return looks + HUGE_PAGES * COPY_NS;
}

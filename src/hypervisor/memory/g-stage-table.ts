/**
 * A VM's Sv39x4 page table, written into host RAM as the hart walks it (privileged spec 18.5.1). The table's frames
 * belong to the VM and cost RAM. It may not decide what is mapped where.
 *
 *   GPA   40         30 29       21 20       12 11        0
 *        ┌─────────────┬───────────┬───────────┬───────────┐
 *        │ 11 bits     │ 9 bits    │ 9 bits    │ offset    │
 *        └─────────────┴───────────┴───────────┴───────────┘
 *          root: 16 KiB  4 KiB       4 KiB
 */
import { PAGE_SIZE } from '#base/addresses';
import type { StateReader, StateWriter } from '#base/state-codec';
import type { PhysicalMemory } from '#machine/memory';
import { FRAME_PAGE_TABLE, type FrameAllocator, NO_FRAME } from './frame-allocator.ts';
import {
  entryHi,
  entryLo,
  LEAF_SIZE,
  PTE_A,
  PTE_D,
  PTE_LEAF,
  PTE_R,
  PTE_SIZE,
  PTE_U,
  PTE_V,
  PTE_W,
  PTE_X,
  pageNumberOf,
  ROOT_LEVEL,
} from './page-table-entry.ts';

/** Frames of the root: two bits more of index than other tables have. */
export const ROOT_FRAMES = 4;
/** First address that Sv39x4 cannot translate. */
export const GPA_LIMIT: number = 2 ** 41;
/** hgatp.MODE (18.2.10). */
export const MODE_SV39X4 = 8;

/** What RAM is mapped with. G-stage leaves need U (all accesses count as user's); A and D set spares their update. */
export const RAM_FLAGS: number = PTE_V | PTE_R | PTE_W | PTE_X | PTE_U | PTE_A | PTE_D;

/** Position of a GPA's entry in the table of a level. */
export function gStageIndex(gpa: number, level: number): number {
  const index = Math.floor(gpa / LEAF_SIZE[level]!);
  return level === ROOT_LEVEL ? index & 0x7ff : index & 0x1ff;
}

/** The table of one VM. */
export class GStageTable {
  readonly #ram: PhysicalMemory;
  readonly #frames: FrameAllocator;
  readonly #owner: number;
  #root = NO_FRAME;
  #tableFrames = 0;

  constructor(ram: PhysicalMemory, frames: FrameAllocator, owner: number) {
    this.#ram = ram;
    this.#frames = frames;
    this.#owner = owner;
  }

  /** Frame number of the root, for hgatp.PPN; {@link NO_FRAME} before {@link create}. */
  get root(): number {
    return this.#root;
  }
  /** Frames that the table takes. */
  get tableFrames(): number {
    return this.#tableFrames;
  }

  /** Allocates the root; false on a shortage. */
  create(): boolean {
    this.#root = this.#frames.allocateRun(
      ROOT_FRAMES,
      ROOT_FRAMES,
      this.#owner,
      FRAME_PAGE_TABLE,
      ROOT_LEVEL,
    );
    if (this.#root === NO_FRAME) return false;
    this.#tableFrames = ROOT_FRAMES;
    return true;
  }

  /** Maps the page of `gpa` to a frame; false on a shortage of frames for tables, with nothing mapped. */
  map(gpa: number, spfn: number, flags: number = RAM_FLAGS): boolean {
    const entry = this.#leafEntry(gpa, true);
    if (entry < 0) return false;
    this.#ram.setU64(entry, entryLo(spfn, flags), entryHi(spfn));
    return true;
  }

  /** Removes the mapping of a page; the caller fences. Tables stay until {@link release}. */
  unmap(gpa: number): void {
    const entry = this.#leafEntry(gpa, false);
    if (entry >= 0) this.#ram.setU64(entry, 0, 0);
  }

  /** Flags of the page's entry; 0 when it is not mapped. */
  flagsOf(gpa: number): number {
    const entry = this.#leafEntry(gpa, false);
    return entry < 0 ? 0 : this.#ram.u32(entry) & 0xff;
  }

  /** Gives all table frames back. */
  release(): void {
    if (this.#root === NO_FRAME) return;
    this.#releaseBelow(this.#root * PAGE_SIZE, ROOT_LEVEL);
    for (let frame = 0; frame < ROOT_FRAMES; frame++) this.#frames.release(this.#root + frame);
    this.#root = NO_FRAME;
    this.#tableFrames = 0;
  }

  save(w: StateWriter): void {
    w.integer(this.#root);
    w.u32(this.#tableFrames);
  }
  load(r: StateReader): void {
    this.#root = r.integer();
    this.#tableFrames = r.u32();
  }

  /** SPA of the level-0 entry of a page; -1 when a table on the way is missing (and cannot be made). */
  #leafEntry(gpa: number, make: boolean): number {
    let table = this.#root * PAGE_SIZE;
    for (let level = ROOT_LEVEL; level > 0; level--) {
      const entry = table + gStageIndex(gpa, level) * PTE_SIZE;
      const lo = this.#ram.u32(entry);
      if ((lo & PTE_V) !== 0) {
        table = pageNumberOf(lo, this.#ram.u32(entry + 4)) * PAGE_SIZE;
        continue;
      }
      if (!make) return -1;
      const spfn = this.#frames.allocate(this.#owner, FRAME_PAGE_TABLE, level - 1);
      if (spfn === NO_FRAME) return -1;
      this.#tableFrames += 1;
      this.#ram.setU64(entry, entryLo(spfn, PTE_V), entryHi(spfn));
      table = spfn * PAGE_SIZE;
    }
    return table + gStageIndex(gpa, 0) * PTE_SIZE;
  }

  #releaseBelow(table: number, level: number): void {
    if (level === 0) return;
    const entries = (level === ROOT_LEVEL ? ROOT_FRAMES : 1) * (PAGE_SIZE / PTE_SIZE);
    for (let index = 0; index < entries; index++) {
      const lo = this.#ram.u32(table + index * PTE_SIZE);
      if ((lo & PTE_V) === 0 || (lo & PTE_LEAF) !== 0) continue;
      const below = pageNumberOf(lo, this.#ram.u32(table + index * PTE_SIZE + 4));
      this.#releaseBelow(below * PAGE_SIZE, level - 1);
      this.#frames.release(below);
    }
  }
}

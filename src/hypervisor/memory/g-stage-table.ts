/**
 * A VM's Sv39x4 page table, written into host RAM as the hart walks it (privileged spec 18.5.1). The table's frames
 * belong to the VM and cost RAM. It may not decide what is mapped where; whoever takes a mapping away or narrows it fences.
 *
 *   GPA   40         30 29       21 20       12 11        0
 *        ┌─────────────┬───────────┬───────────┬───────────┐
 *        │ 11 bits     │ 9 bits    │ 9 bits    │ offset    │
 *        └─────────────┴───────────┴───────────┴───────────┘
 *          root: 16 KiB  4 KiB       4 KiB
 *   leaf:  1 GiB         2 MiB       4 KiB
 */
import { PAGE_SIZE } from '#base/addresses';
import { invariant } from '#base/result';
import { type Declaration, declare } from '#base/state/declare';
import { integer, u32 } from '#base/state/types';
import type { PhysicalMemory } from '#machine/memory';
import {
  entryHi,
  entryLo,
  LEAF_SIZE,
  LEVELS,
  PTE_A,
  PTE_D,
  PTE_LEAF,
  PTE_SIZE,
  PTE_U,
  PTE_V,
  ROOT_LEVEL,
} from '#machine/page-tables/page-table-entry';
import { EntryReader, gStageIndex } from '#machine/page-tables/table-walk';
import { FRAME_PAGE_TABLE, type FrameAllocator, NO_FRAME } from './frame-allocator.ts';

/** Frames of the root: two bits more of index than other tables have. */
export const ROOT_FRAMES = 4;
/** First address that a G-stage of so many levels cannot translate, as far as addresses are exact numbers (18.5.1). */
export function gpaLimit(levels: number): number {
  return Math.min(2 ** 53, 4 * 512 ** levels * PAGE_SIZE);
}
/** That of Sv39x4. */
export const GPA_LIMIT: number = gpaLimit(LEVELS);
/** hgatp.MODE (18.2.10). */
export const MODE_SV39X4 = 8;
/** Entries of a table below the root. */
export const ENTRIES: number = PAGE_SIZE / PTE_SIZE;

/** No 2 MiB of addresses. */
const NO_REGION = -1;

/** What every leaf has beside its permissions: U, since all G-stage accesses count as user's. */
const LEAF_FLAGS: number = PTE_V | PTE_U;

/** Where the table lies; its entries are in RAM. */
export interface GStageState {
  readonly root: number;
  readonly tableFrames: number;
}
export const G_STAGE: Declaration<GStageState> = declare('g-stage table', {
  root: integer,
  tableFrames: u32,
});

/** The table of one VM. */
export class GStageTable {
  readonly #ram: PhysicalMemory;
  readonly #frames: FrameAllocator;
  readonly #owner: number;
  readonly #reader: EntryReader;
  #root = NO_FRAME;
  #tableFrames = 0;
  /** The table of 4 KiB leaves that was found last, and which 2 MiB it maps: forgotten when a table goes. */
  #leaves = 0;
  #leavesOf: number = NO_REGION;

  constructor(ram: PhysicalMemory, frames: FrameAllocator, owner: number) {
    this.#ram = ram;
    this.#frames = frames;
    this.#owner = owner;
    this.#reader = new EntryReader(ram);
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

  /**
   * Maps `gpa` to frames from `spfn` on by a leaf of a level, where none is yet: R, W and X as given, A and D clear, since they are
   * the hart's to set. False on a shortage of frames for tables, or where a table is already, with nothing mapped.
   */
  map(gpa: number, spfn: number, permissions: number, level = 0): boolean {
    const entry = this.#entryAt(gpa, level);
    if (entry < 0) return false;
    // A table below, be it empty, stays: harts may remember where it is.
    if (this.#reader.read(entry, level) === 'pointer') return false;
    const flags = permissions | LEAF_FLAGS;
    this.#ram.setU64(entry, entryLo(spfn, flags), entryHi(spfn));
    return true;
  }

  /** Removes the leaf that maps `gpa`, whatever its size. Tables stay until {@link release}. */
  unmap(gpa: number): void {
    if (this.#find(gpa)) this.#ram.setU64(this.#reader.spa, 0, 0);
  }

  /** Changes what the leaf of `gpa` permits; A and D stay. */
  protect(gpa: number, permissions: number): void {
    if (!this.#find(gpa)) return;
    const { spa, lo, hi } = this.#reader;
    this.#ram.setU64(spa, ((lo & ~PTE_LEAF) | permissions) >>> 0, hi);
  }

  /** Flags of the leaf of a page; 0 when it is not mapped. */
  flagsOf(gpa: number): number {
    return this.#root !== NO_FRAME && this.#find(gpa) ? this.#reader.flags : 0;
  }
  /** Gives the flags of the leaf of every page of a range, 0 where none is mapped; a table is looked for once for its 512 entries. */
  flagsIn(from: number, pages: number, each: (page: number, flags: number) => void): void {
    if (this.#root === NO_FRAME) return;
    for (let page = 0; page < pages; ) {
      const gpa = from + page * PAGE_SIZE;
      const isMapped = this.#find(gpa);
      const { spa, level, flags } = this.#reader;
      const covered = LEAF_SIZE[level]!;
      const end = Math.min(pages, page + (covered - (gpa % covered)) / PAGE_SIZE);
      if (level > 0) {
        for (; page < end; page++) each(page, isMapped ? flags : 0);
        continue;
      }
      const index = gStageIndex(gpa, 0);
      const last = Math.min(pages, page + ENTRIES - index);
      for (let entry = spa; page < last; page++, entry += PTE_SIZE) {
        const lo = this.#ram.u32(entry);
        each(page, (lo & PTE_V) === 0 ? 0 : lo & 0xff);
      }
    }
  }
  /** Level of the leaf of a page; -1 when it is not mapped. */
  levelOf(gpa: number): number {
    return this.#root !== NO_FRAME && this.#find(gpa) ? this.#reader.level : -1;
  }

  /** Sets A or D in the leaves of pages, as a hart does for an access that it makes; a table is looked for once. */
  mark(from: number, bits: number, pages: number): void {
    for (let gpa = from, end = from + pages * PAGE_SIZE; gpa < end; ) {
      const isMapped = this.#find(gpa);
      const { spa, level, lo, hi } = this.#reader;
      if (isMapped && (lo & bits) !== bits) this.#ram.setU64(spa, (lo | bits) >>> 0, hi);
      const size = LEAF_SIZE[level]!;
      gpa += size - (gpa % size);
      if (level > 0 || gpa >= end) continue;
      const last = Math.min(end, gpa + (ENTRIES - 1 - gStageIndex(gpa - PAGE_SIZE, 0)) * PAGE_SIZE);
      for (let entry = spa + PTE_SIZE; gpa < last; gpa += PAGE_SIZE, entry += PTE_SIZE) {
        const flags = this.#ram.u32(entry);
        if ((flags & PTE_V) === 0 || (flags & bits) === bits) continue;
        this.#ram.setU64(entry, (flags | bits) >>> 0, this.#ram.u32(entry + 4));
      }
    }
  }

  /** Clears A or D in the leaf of a page; true when it was set. */
  clear(gpa: number, bits: number): boolean {
    if (!this.#find(gpa)) return false;
    const { spa, lo, hi } = this.#reader;
    if ((lo & bits) === 0) return false;
    this.#ram.setU64(spa, (lo & ~bits) >>> 0, hi);
    return true;
  }

  /** Makes 512 leaves of the next smaller size of the leaf that maps `gpa`; false on a shortage. Translations stay the same. */
  split(gpa: number): boolean {
    invariant(this.#find(gpa) && this.#reader.level > 0, 'only a huge leaf is split');
    const { spa, level, lo, target } = this.#reader;
    const table = this.#frames.allocate(this.#owner, FRAME_PAGE_TABLE, level - 1);
    if (table === NO_FRAME) return false;
    this.#tableFrames += 1;
    const step = LEAF_SIZE[level - 1]! / PAGE_SIZE;
    for (let index = 0; index < ENTRIES; index++) {
      const spfn = target / PAGE_SIZE + index * step;
      this.#ram.setU64(table * PAGE_SIZE + index * PTE_SIZE, entryLo(spfn, lo & 0xff), entryHi(spfn));
    }
    this.#ram.setU64(spa, entryLo(table, PTE_V), entryHi(table));
    return true;
  }

  /**
   * Makes one leaf of a level of the 512 below it around `gpa`, and gives their table back; false unless they map adjacent,
   * aligned frames with equal permissions. A and D are set if any had them. The table may still be remembered by harts.
   */
  join(gpa: number, level: number): boolean {
    const reader = this.#reader;
    if (level < 1 || level > ROOT_LEVEL || reader.descend(this.#root, gpa, level) !== 'pointer') return false;
    if (reader.level !== level) return false;
    const { spa, target: table } = reader;
    const step = LEAF_SIZE[level - 1]!;
    let first = 0;
    let flags = 0;
    for (let index = 0; index < ENTRIES; index++) {
      if (reader.read(table + index * PTE_SIZE, level - 1) !== 'leaf') return false;
      if (index === 0) {
        first = reader.target;
        flags = reader.flags;
      }
      const isSame = ((reader.flags ^ flags) & ~(PTE_A | PTE_D)) === 0;
      if (!isSame || reader.target !== first + index * step) return false;
      flags |= reader.flags;
    }
    if (first % LEAF_SIZE[level]! !== 0) return false;
    this.#ram.setU64(spa, entryLo(first / PAGE_SIZE, flags), entryHi(first / PAGE_SIZE));
    this.#releaseTable(table / PAGE_SIZE);
    return true;
  }

  /** Gives each leaf of a range that has A or D to `each`, and clears it there. */
  harvest(from: number, length: number, bit: number, each: (gpa: number, bytes: number) => void): void {
    if (this.#root === NO_FRAME) return;
    const end = from + length;
    for (let gpa = from; gpa < end; ) {
      const isMapped = this.#find(gpa);
      const { spa, level, lo, hi } = this.#reader;
      if (level > 0) {
        const size = LEAF_SIZE[level]!;
        const start = gpa - (gpa % size);
        if (isMapped && (lo & bit) !== 0) {
          this.#ram.setU64(spa, (lo & ~bit) >>> 0, hi);
          each(start, size);
        }
        gpa = start + size;
        continue;
      }
      // A table is looked for once for its 512 entries.
      const last = Math.min(end, gpa + (ENTRIES - gStageIndex(gpa, 0)) * PAGE_SIZE);
      for (let entry = spa; gpa < last; gpa += PAGE_SIZE, entry += PTE_SIZE) {
        const flags = this.#ram.u32(entry);
        if ((flags & PTE_V) === 0 || (flags & bit) === 0) continue;
        this.#ram.setU64(entry, (flags & ~bit) >>> 0, this.#ram.u32(entry + 4));
        each(gpa, PAGE_SIZE);
      }
    }
  }

  /** Gives all table frames back. */
  release(): void {
    if (this.#root === NO_FRAME) return;
    this.#leavesOf = NO_REGION;
    this.#releaseBelow(this.#root * PAGE_SIZE, ROOT_LEVEL);
    for (let frame = 0; frame < ROOT_FRAMES; frame++) this.#frames.release(this.#root + frame);
    this.#root = NO_FRAME;
    this.#tableFrames = 0;
  }

  capture(): GStageState {
    return { root: this.#root, tableFrames: this.#tableFrames };
  }
  restore({ root, tableFrames }: GStageState): void {
    this.#leavesOf = NO_REGION;
    this.#root = root;
    this.#tableFrames = tableFrames;
  }

  /** Looks for the leaf that maps an address; the reader then holds it, or the entry at which the way ended. */
  #find(gpa: number): boolean {
    const reader = this.#reader;
    const region = Math.floor(gpa / LEAF_SIZE[1]!);
    if (region === this.#leavesOf)
      return reader.read(this.#leaves + gStageIndex(gpa, 0) * PTE_SIZE, 0) === 'leaf';
    const form = reader.descend(this.#root, gpa);
    if (reader.level === 0) {
      this.#leaves = reader.spa - gStageIndex(gpa, 0) * PTE_SIZE;
      this.#leavesOf = region;
    }
    return form === 'leaf';
  }

  /** SPA of the entry of an address in the table of a level; tables on the way are made. -1 on a shortage. */
  #entryAt(gpa: number, lowest: number): number {
    let table = this.#root * PAGE_SIZE;
    for (let level = ROOT_LEVEL; level > lowest; level--) {
      const entry = table + gStageIndex(gpa, level) * PTE_SIZE;
      const form = this.#reader.read(entry, level);
      if (form === 'pointer') {
        table = this.#reader.target;
        continue;
      }
      invariant(form === 'not-valid', 'a huge leaf is split before a part of it is mapped');
      const spfn = this.#frames.allocate(this.#owner, FRAME_PAGE_TABLE, level - 1);
      if (spfn === NO_FRAME) return -1;
      this.#tableFrames += 1;
      this.#ram.setU64(entry, entryLo(spfn, PTE_V), entryHi(spfn));
      table = spfn * PAGE_SIZE;
    }
    return table + gStageIndex(gpa, lowest) * PTE_SIZE;
  }

  #releaseTable(spfn: number): void {
    this.#leavesOf = NO_REGION;
    this.#frames.release(spfn);
    this.#tableFrames -= 1;
  }

  #releaseBelow(table: number, level: number): void {
    if (level === 0) return;
    const entries = level === ROOT_LEVEL ? ROOT_FRAMES * ENTRIES : ENTRIES;
    for (let index = 0; index < entries; index++) {
      if (this.#reader.read(table + index * PTE_SIZE, level) !== 'pointer') continue;
      const below = this.#reader.target;
      this.#releaseBelow(below, level - 1);
      this.#frames.release(below / PAGE_SIZE);
    }
  }
}

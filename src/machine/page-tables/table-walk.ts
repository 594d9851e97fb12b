/**
 * How a page table is read, for everybody but the hart: one entry, and the way of a GPA through a G-stage table
 * (privileged spec 12.3.2, 18.5.1). It changes nothing; what an entry permits is the caller's to judge.
 */
import { PAGE_SIZE } from '#base/addresses';
import type { PhysicalMemory } from '../memory.ts';
import {
  areUpperBitsReserved,
  hasUpperBits,
  isNapot,
  LEAF_SIZE,
  NAPOT_SIZE,
  PTE_A,
  PTE_D,
  PTE_LEAF,
  PTE_R,
  PTE_SIZE,
  PTE_U,
  PTE_V,
  PTE_W,
  pageNumberOf,
  ROOT_LEVEL,
} from './page-table-entry.ts';

/** Why an entry is neither a pointer nor a leaf. */
export type FormFault = 'not-valid' | 'reserved' | 'misaligned' | 'no-memory';
export type EntryForm = 'pointer' | 'leaf' | FormFault;

/** Position of a GPA's entry in the table of a level: the root has two bits more of index than other tables. */
export function gStageIndex(gpa: number, level: number, rootLevel: number = ROOT_LEVEL): number {
  const index = Math.floor(gpa / LEAF_SIZE[level]!);
  return level === rootLevel ? index % 0x800 : index % 0x200;
}

/** Reads entries, one at a time; the fields are those of the last one. */
export class EntryReader {
  readonly #ram: PhysicalMemory;
  /** Where it lies. */
  spa = 0;
  level: number = ROOT_LEVEL;
  lo = 0;
  hi = 0;
  /** Address in its page number: of the next table, or of the page. */
  target = 0;
  form: EntryForm = 'not-valid';

  constructor(ram: PhysicalMemory) {
    this.#ram = ram;
  }

  /** Bytes that the entry maps with others, or alone, if it is a leaf; it gives the place of their first. */
  get size(): number {
    return this.level === 0 && isNapot(this.hi) ? NAPOT_SIZE : LEAF_SIZE[this.level]!;
  }

  /** Flags of the entry. */
  get flags(): number {
    return this.lo & 0xff;
  }

  /** Steps 2, 3, 4 and 6 of 12.3.2: the entry at an address, as one of a level. */
  read(spa: number, level: number): EntryForm {
    this.spa = spa;
    this.level = level;
    this.form = this.#formAt(spa, level);
    return this.form;
  }

  #formAt(spa: number, level: number): EntryForm {
    const ram = this.#ram;
    if (!ram.holds(spa, PTE_SIZE)) return 'no-memory';
    const lo = ram.u32(spa);
    const hi = ram.u32(spa + 4);
    this.lo = lo;
    this.hi = hi;
    this.target = pageNumberOf(lo, hi) * PAGE_SIZE;
    if ((lo & PTE_V) === 0) return 'not-valid';
    if ((lo & (PTE_R | PTE_W)) === PTE_W) return 'reserved';
    if (hasUpperBits(hi)) {
      if (!ram.hasUpperBits || areUpperBitsReserved(lo, hi, level)) return 'reserved';
      if (isNapot(hi)) this.target -= this.target % NAPOT_SIZE;
    }
    if ((lo & PTE_LEAF) !== 0) return this.target % LEAF_SIZE[level]! === 0 ? 'leaf' : 'misaligned';
    if (level === 0) return 'not-valid';
    return (lo & (PTE_A | PTE_D | PTE_U)) === 0 ? 'pointer' : 'reserved';
  }

  /**
   * Goes with a GPA through a G-stage table, down to the first entry that is no pointer, or to a level.
   * @param each sees every entry on the way
   */
  descend(
    root: number,
    gpa: number,
    lowest = 0,
    each?: (entry: this) => void,
    rootLevel: number = ROOT_LEVEL,
  ): EntryForm {
    let table = root * PAGE_SIZE;
    for (let level = rootLevel; ; level--) {
      const form = this.read(table + gStageIndex(gpa, level, rootLevel) * PTE_SIZE, level);
      each?.(this);
      if (form !== 'pointer' || level === lowest) return form;
      table = this.target;
    }
  }
}

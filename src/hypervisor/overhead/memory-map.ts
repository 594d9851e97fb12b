/** Where the program of the overhead account has what, in the physical memory of whatever it runs on. */
import { PAGE_SIZE, RAM_BASE } from '#base/addresses';
import type { OverheadWork } from '#base/catalogue/overhead';
import { hex64 } from '#base/hex64';

/** Pages that it works on: twice as many as a TLB knows; half of them 2 MiB. */
export const PAGES = 1024;
const HALF: number = 2 << 20;
/** Where they lie, and the address at which it sees them. */
export const DATA: number = RAM_BASE + HALF;
export const DATA_VA = 0x4000_0000;
/**
 * From one half to the other. Where it works on its memory they are so far apart that what a hart remembers of last tables, by 2 MiB, is
 * of one of them only, as for somebody who works on more than 128 MiB: else no walk would read more than an entry.
 */
export function apartOf(work: OverheadWork): number {
  return work === 'memory' ? 128 << 20 : HALF;
}
/** Memory of the machine: all of that, and a page behind. */
export function memoryBytes(work: OverheadWork): number {
  return HALF + apartOf(work) + HALF + HALF;
}

/** What it and those who watch it tell each other: a double word each. */
export const BOARD: number = RAM_BASE + 0x8000;
/** It shall begin. */
export const GO = 0;
/** Cycles and instructions from its beginning to its end, as its own counters have them; cycles of these in WFI. */
export const CYCLES = 8;
export const INSTRUCTIONS = 16;
export const WAITED = 24;
/** Blocks that did not hold what had been written; a sum of all that it has read. */
export const WRONG = 32;
export const SUM = 40;
/** It waits for GO; it has come to its end. */
export const READY = 48;
export const DONE = 56;
/** What its own counters have for being read, beyond what lies between the marks. */
const MARK_INSTRUCTIONS = 2;
const MARK_CYCLES = 6;

/** Rings and requests of a disk behind queues; the region of a bus master. */
export const DESCRIPTORS: number = RAM_BASE + 0x9000;
export const AVAILABLE: number = RAM_BASE + 0x9400;
export const USED: number = RAM_BASE + 0x9800;
export const HEADERS: number = RAM_BASE + 0x9c00;
export const STATUSES: number = RAM_BASE + 0x9d00;
export const REGION: number = RAM_BASE + 0x9e00;
/** Blocks that are under way at a time, at most. */
export const BUFFERS: number = RAM_BASE + 0x1_0000;
export const DEPTH = 8;

/** Page tables: the root, the one below for the pages, and the last ones. */
export const ROOT: number = RAM_BASE + 0x2_0000;
export const MIDDLE: number = ROOT + PAGE_SIZE;
export const LAST: number = MIDDLE + PAGE_SIZE;

/** Firmware of a bare machine: beside all that the program uses. */
export const FIRMWARE: number = RAM_BASE + 0x10_0000;

/** What the program says on its board at its end. */
export interface BoardWords {
  /** Between the marks. */
  readonly cycles: number;
  readonly instructions: number;
  /** Cycles in WFI. */
  readonly waited: number;
  readonly wrong: number;
  readonly sum: string;
}
/** @param word reads a word of memory */
export function readBoard(word: (address: number) => number): BoardWords {
  const at = (offset: number): number => word(BOARD + offset) + word(BOARD + offset + 4) * 0x1_0000_0000;
  return {
    cycles: at(CYCLES) - MARK_CYCLES,
    instructions: at(INSTRUCTIONS) - MARK_INSTRUCTIONS,
    waited: at(WAITED),
    wrong: at(WRONG),
    sum: hex64(word(BOARD + SUM), word(BOARD + SUM + 4)),
  };
}

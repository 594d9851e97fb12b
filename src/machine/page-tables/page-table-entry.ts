/**
 * The bits of an Sv39 / Sv39x4 page-table entry (privileged spec 12.3.1, 12.4). Data and field extraction only.
 *
 *   63    62 61 60      54 53                                   10 9 8 7 6 5 4 3 2 1 0
 *   ┌───┬──────┬──────────┬──────────────────────────────────────┬───┬─┬─┬─┬─┬─┬─┬─┬─┐
 *   │ N │ PBMT │ reserved │ page number (44 bits)                │RSW│D│A│G│U│X│W│R│V│
 *   └───┴──────┴──────────┴──────────────────────────────────────┴───┴─┴─┴─┴─┴─┴─┴─┴─┘
 */
export const PTE_V = 1;
export const PTE_R = 2;
export const PTE_W = 4;
export const PTE_X = 8;
export const PTE_U = 0x10;
export const PTE_A = 0x40;
export const PTE_D = 0x80;
/** An entry with any of these is a leaf. */
export const PTE_LEAF: number = PTE_R | PTE_W | PTE_X;

/** Levels of Sv39 and Sv39x4; the root has the highest number. */
export const LEVELS = 3;
export const ROOT_LEVEL: number = LEVELS - 1;
export const PTE_SIZE = 8;

/** Bytes that a leaf of a level maps: 4 KiB, 2 MiB, 1 GiB. */
export const LEAF_SIZE: readonly number[] = [0x1000, 0x20_0000, 0x4000_0000];

/** Page number of an entry; exact, since it has 44 bits. */
export function pageNumberOf(lo: number, hi: number): number {
  return (lo >>> 10) + (hi & 0x3f_ffff) * 0x40_0000;
}
/** True when bits 63:54 (N, PBMT, reserved) are not all zero: none of these extensions is present (12.4.1). */
export function hasReservedBits(hi: number): boolean {
  return (hi & 0xffc0_0000) !== 0;
}
/** Low half of an entry. */
export function entryLo(pageNumber: number, flags: number): number {
  return (((pageNumber % 0x40_0000) << 10) | flags) >>> 0;
}
/** High half of an entry. */
export function entryHi(pageNumber: number): number {
  return Math.floor(pageNumber / 0x40_0000);
}

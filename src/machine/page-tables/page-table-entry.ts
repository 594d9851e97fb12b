/**
 * The bits of a page-table entry of Sv39, Sv48 and Sv57, and of the same with x4 (privileged spec 12.3.1, 12.4 to 12.6). Data and field extraction only.
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

/** Bytes that a leaf of a level maps: 4 KiB, 2 MiB, 1 GiB, 512 GiB, 256 TiB. */
export const LEAF_SIZE: readonly number[] = [0x1000, 0x20_0000, 0x4000_0000, 2 ** 39, 2 ** 48];
/** Bytes of which a leaf with N is a part: the one size of Svnapot. */
export const NAPOT_SIZE = 0x1_0000;

/** Levels of a MODE of satp, vsatp or hgatp; 0 for one that has no tables, or is none. */
export function levelsOfMode(mode: number): number {
  return mode >= MODE_SV39 && mode <= MODE_SV57 ? LEVELS + mode - MODE_SV39 : 0;
}
const [MODE_SV39, MODE_SV57] = [8, 10];

/** Page number of an entry; exact, since it has 44 bits. */
export function pageNumberOf(lo: number, hi: number): number {
  return (lo >>> 10) + (hi & 0x3f_ffff) * 0x40_0000;
}
/** True when bits 63:54 (N, PBMT, reserved) are not all zero. */
export function hasUpperBits(hi: number): boolean {
  return (hi & 0xffc0_0000) !== 0;
}
/** Svnapot: the entry is one of those that map an aligned 64 KiB together. */
export function isNapot(hi: number): boolean {
  return hi < 0 || hi >= 0x8000_0000;
}
/**
 * Whether upper bits are an encoding that is reserved where Svnapot and Svpbmt are there: bits 60:54, any in a pointer, a size other than 64 KiB
 * (chapter 13), a memory type of 3 (chapter 14).
 */
export function areUpperBitsReserved(lo: number, hi: number, level: number): boolean {
  if ((hi & 0x1fc0_0000) !== 0 || (lo & PTE_LEAF) === 0 || ((hi >>> 29) & 3) === 3) return true;
  return isNapot(hi) && (level !== 0 || ((lo >>> 10) & 15) !== 8);
}
/** Low half of an entry. */
export function entryLo(pageNumber: number, flags: number): number {
  return (((pageNumber % 0x40_0000) << 10) | flags) >>> 0;
}
/** High half of an entry. */
export function entryHi(pageNumber: number): number {
  return Math.floor(pageNumber / 0x40_0000);
}

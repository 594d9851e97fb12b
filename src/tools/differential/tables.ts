/**
 * Page tables that all streams share, in fixed places of the image: satp, vsatp and hgatp lead to them. Two virtual pages are
 * remapped by streams, so that a fence that does not work shows as a stale value.
 *
 *     VA (Sv39, satp and vsatp)          GPA (Sv39x4, hgatp)
 *     0x1000  page A or B                0x1000  page A or B
 *     0x2000  the last-level table       2 GiB   the same (1 GiB)
 *     0x3000  GPA 0x1000
 *     0x4000  the last-level table of hgatp
 *     0x5000  page A, to read only (user)
 *     2 GiB   the same (1 GiB, for user modes; for S and VS in a root of their own)
 */
import { RAM_BASE } from '#base/addresses';

const ROOT_AT = 0x2000;
const MIDDLE = 0x3000;
const LAST = 0x4000;
const SUPERVISOR_ROOT_AT = 0x6000;
const GUEST_ROOT_AT = 0x8000;
const GUEST_MIDDLE = 0xc000;
const GUEST_LAST = 0xd000;
const PAGE_A = 0xe000;
const PAGE_B = 0xf000;

/** PTE bits (privileged spec 12.3.1). A and D are set: who sets them otherwise is a choice. */
const V = 1;
const READ_WRITE = 0xc7;
const ALL = 0xdf;
const USER = 0x10;
const READ_ONLY = 0xd3;

const pte = (offset: number, flags: number): number => (RAM_BASE + offset) / 4 + flags;

/** How streams remap a page: virtual address of the page and of the entry that maps it, and the entry for page A. */
export interface Remap {
  readonly page: number;
  readonly entry: number;
  readonly pageA: number;
  /** What the fence takes as an address. */
  readonly fenceAddress: number;
}

/** The entry for page B is the entry for page A plus this. */
export const NEXT_PAGE = 0x400;
export const REMAP: Remap = {
  page: 0x1000,
  entry: 0x2008,
  pageA: pte(PAGE_A, READ_WRITE),
  fenceAddress: 0x1000,
};
/** G-stage leaves are user pages; hfence.gvma takes an address shifted right by 2 (privileged spec 18.3.2). */
export const GUEST_REMAP: Remap = {
  page: 0x3000,
  entry: 0x4008,
  pageA: pte(PAGE_A, READ_WRITE | USER),
  fenceAddress: 0x1000 >> 2,
};

/** A page that hlv can read and hlvx cannot. */
export const READABLE_PAGE = 0x5000;

const SV39 = 8n << 60n;
const ppn = (offset: number): bigint => BigInt((RAM_BASE + offset) / 4096);
/** satp (or vsatp), and hgatp. An address space of its own for the second root: no fence lies between streams. */
export const ROOT: bigint = SV39 | ppn(ROOT_AT);
export const SUPERVISOR_ROOT: bigint = SV39 | (1n << 44n) | ppn(SUPERVISOR_ROOT_AT);
export const GUEST_ROOT: bigint = SV39 | ppn(GUEST_ROOT_AT);

/** Writes tables and pages. */
export function writeTables(view: DataView): void {
  const entry = (table: number, index: number, value: number): void =>
    view.setUint32(table + 8 * index, value, true);
  entry(ROOT_AT, 0, pte(MIDDLE, V));
  entry(ROOT_AT, 2, pte(0, ALL));
  entry(SUPERVISOR_ROOT_AT, 2, pte(0, ALL & ~USER));
  entry(MIDDLE, 0, pte(LAST, V));
  entry(LAST, 1, pte(PAGE_A, READ_WRITE));
  entry(LAST, 2, pte(LAST, READ_WRITE));
  entry(LAST, 3, 0x1000 / 4 + READ_WRITE);
  entry(LAST, 4, pte(GUEST_LAST, READ_WRITE));
  entry(LAST, READABLE_PAGE >> 12, pte(PAGE_A, READ_ONLY));
  entry(GUEST_ROOT_AT, 0, pte(GUEST_MIDDLE, V));
  entry(GUEST_ROOT_AT, 2, pte(0, ALL));
  entry(GUEST_MIDDLE, 0, pte(GUEST_LAST, V));
  entry(GUEST_LAST, 1, pte(PAGE_A, READ_WRITE | USER));
  for (let at = 0; at < 4096; at += 4) {
    view.setUint32(PAGE_A + at, 0xaaaa_0000 + at, true);
    view.setUint32(PAGE_B + at, 0xbbbb_0000 + at, true);
  }
}

/**
 * The fields of vsatp (privileged spec 18.2.19, 12.1.11): which address space it names.
 *
 *   63  60 59          44 43                                    0
 *   ┌─────┬──────────────┬────────────────────────────────────────┐
 *   │ MODE│ ASID         │ page number of the root table (a GPA)  │
 *   └─────┴──────────────┴────────────────────────────────────────┘
 */
import { PAGE_SIZE } from '#base/addresses';
import { levelsOfMode } from '#machine/page-tables/page-table-entry';

export const SATP_BARE = 0;
export const SATP_SV39 = 8;
/** How people call a mode by its levels. */
export const VS_MODES = { 0: 'bare', 3: 'sv39', 4: 'sv48', 5: 'sv57' } as const;
/** The same of hgatp. */
export const G_MODES = { 3: 'sv39x4', 4: 'sv48x4', 5: 'sv57x4' } as const;
export type GMode = (typeof G_MODES)[keyof typeof G_MODES];
export type VsMode = (typeof VS_MODES)[keyof typeof VS_MODES];

const ASID_SHIFT = 12;
const PPN_HI = 0xfff;
const MODE_SHIFT = 28;

export function modeOf(hi: number): number {
  return hi >>> MODE_SHIFT;
}
export function isTranslating(hi: number): boolean {
  return levelsOfMode(modeOf(hi)) > 0;
}
export function asidOf(hi: number): number {
  return (hi >>> ASID_SHIFT) & 0xffff;
}
/** GPA of the root table. */
export function rootOf(lo: number, hi: number): number {
  return ((hi & PPN_HI) * 0x1_0000_0000 + (lo >>> 0)) * PAGE_SIZE;
}
/** The high half for Sv39. */
export function sv39Hi(root: number, asid: number): number {
  return (
    ((SATP_SV39 << MODE_SHIFT) | (asid << ASID_SHIFT) | Math.floor(root / PAGE_SIZE / 0x1_0000_0000)) >>> 0
  );
}

/**
 * Register layout of the ACLINT's MTIMER and MSWI devices at the offsets of SiFive's CLINT (RISC-V ACLINT
 * specification 1.0, §2 and §3). Data only.
 */
import type { RegisterRow } from '../register.ts';

/** Software interrupt of hart h at 4·h. */
export const MSIP = 0x0;
/** Compare value of hart h at 8·h. */
export const MTIMECMP = 0x4000;
export const MTIME = 0xbff8;

export const ACLINT_REGISTERS: readonly RegisterRow[] = [
  {
    offset: MSIP,
    stride: 4,
    name: 'msip',
    access: 'rw',
    text: { en: 'bit 0 is MSIP of the hart (§3.2)', zh: '位 0 是该 hart 的 MSIP（§3.2）' },
  },
  {
    offset: MTIMECMP,
    stride: 8,
    name: 'mtimecmp',
    access: 'rw',
    text: { en: 'MTIP is set while mtime ≥ mtimecmp (§2.2)', zh: 'mtime ≥ mtimecmp 时 MTIP 置位（§2.2）' },
  },
  {
    offset: MTIME,
    name: 'mtime',
    access: 'r',
    text: { en: 'virtual time in units of 100 ns (§2.1)', zh: '以 100 ns 为单位的虚拟时间（§2.1）' },
  },
];

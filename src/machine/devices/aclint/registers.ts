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
    section: 'ACLINT 1.0 §3.2',
    text: { en: 'bit 0 is MSIP of the hart', zh: '位 0 是该 hart 的 MSIP' },
  },
  {
    offset: MTIMECMP,
    stride: 8,
    bytes: 8,
    name: 'mtimecmp',
    access: 'rw',
    section: 'ACLINT 1.0 §2.2',
    text: { en: 'MTIP is set while mtime ≥ mtimecmp', zh: 'mtime ≥ mtimecmp 时 MTIP 置位' },
  },
  {
    offset: MTIME,
    name: 'mtime',
    bytes: 8,
    access: 'r',
    section: 'ACLINT 1.0 §2.1',
    text: { en: 'virtual time in units of 100 ns', zh: '以 100 ns 为单位的虚拟时间' },
  },
];

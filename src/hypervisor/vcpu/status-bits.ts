/** Bits of the CSRs that the hypervisor sets and reads (privileged spec 10.1, 18.2). Data only. */

/** sstatus and vsstatus. */
export const SSTATUS_SIE = 0x2;
export const SSTATUS_SPIE = 0x20;
export const SSTATUS_SPP = 0x100;
/** FS = Dirty: floating point is on, and the guest's own FS decides. */
export const SSTATUS_FS_DIRTY = 0x6000;

/** hstatus, low half. */
export const HSTATUS_SPVP = 0x100;
/** WFI in VS-mode is a virtual instruction. */
export const HSTATUS_VTW: number = 1 << 21;
/** VSXL = 64 bits, in the high half. */
export const HSTATUS_HI_VSXL_64 = 0x2;
/** UXL = 64 bits, in the high half of vsstatus. */
export const SSTATUS_HI_UXL_64 = 0x2;

/** hvip, hie, hideleg: interrupts of the VS level. */
export const VSSIP = 0x4;
export const VSTIP = 0x40;
export const VSEIP = 0x400;
export const VS_INTERRUPTS: number = VSSIP | VSTIP | VSEIP;

/** henvcfg and menvcfg, high half: the guest has its own timer compare; the hart sets A and D bits. */
export const ENVCFG_HI_STCE = 0x8000_0000;
export const ENVCFG_HI_ADUE = 0x2000_0000;
/** Memory types in entries of page tables; in the low half, operations on cache blocks: to invalidate, to clean and flush, to zero. */
export const ENVCFG_HI_PBMTE = 0x4000_0000;
export const ENVCFG_CBIE_INVALIDATE: number = 3 << 4;
export const ENVCFG_CBCFE: number = 1 << 6;
export const ENVCFG_CBZE: number = 1 << 7;

/** Counters cycle, time and instret. */
export const COUNTERS_CY_TM_IR = 7;

/** Exceptions (scause). */
export const FETCH_ACCESS_FAULT = 1;
export const ILLEGAL_INSTRUCTION = 2;
export const LOAD_ACCESS_FAULT = 5;
export const STORE_ACCESS_FAULT = 7;
export const FETCH_PAGE_FAULT = 12;
export const LOAD_PAGE_FAULT = 13;
export const FETCH_GUEST_PAGE_FAULT = 20;
export const LOAD_GUEST_PAGE_FAULT = 21;
export const STORE_GUEST_PAGE_FAULT = 23;

// Names of bits of the privileged architecture. Constants only.

export const PRIV_U: u32 = 0;
export const PRIV_S: u32 = 1;
export const PRIV_M: u32 = 3;

/** mstatus, sstatus and vsstatus (privileged spec 3.1.6). */
export const STATUS_SIE: u64 = 1 << 1;
export const STATUS_MIE: u64 = 1 << 3;
export const STATUS_SPIE: u64 = 1 << 5;
export const STATUS_MPIE: u64 = 1 << 7;
export const STATUS_SPP: u64 = 1 << 8;
export const STATUS_MPP: u64 = 3 << 11;
export const STATUS_MPP_SHIFT: u64 = 11;
export const STATUS_FS: u64 = 3 << 13;
export const STATUS_MPRV: u64 = 1 << 17;
export const STATUS_SUM: u64 = 1 << 18;
export const STATUS_MXR: u64 = 1 << 19;
export const STATUS_TVM: u64 = 1 << 20;
export const STATUS_TW: u64 = 1 << 21;
export const STATUS_TSR: u64 = 1 << 22;
export const STATUS_UXL: u64 = (<u64>2) << 32;
export const STATUS_SXL: u64 = (<u64>2) << 34;
export const STATUS_GVA: u64 = (<u64>1) << 38;
export const STATUS_MPV: u64 = (<u64>1) << 39;
export const STATUS_SD: u64 = (<u64>1) << 63;

/** hstatus (18.2.1). */
export const HSTATUS_GVA: u64 = 1 << 6;
export const HSTATUS_SPV: u64 = 1 << 7;
export const HSTATUS_SPVP: u64 = 1 << 8;
export const HSTATUS_HU: u64 = 1 << 9;
export const HSTATUS_VGEIN_SHIFT: u64 = 12;
export const HSTATUS_VTVM: u64 = 1 << 20;
export const HSTATUS_VTW: u64 = 1 << 21;
export const HSTATUS_VTSR: u64 = 1 << 22;
export const HSTATUS_VSXL: u64 = (<u64>2) << 32;

/** menvcfg and henvcfg (3.1.18, 18.2.5). */
export const ENVCFG_FIOM: u64 = 1;
export const ENVCFG_CBIE: u64 = 3 << 4;
export const ENVCFG_CBCFE: u64 = 1 << 6;
export const ENVCFG_CBZE: u64 = 1 << 7;
export const ENVCFG_ADUE: u64 = (<u64>1) << 61;
export const ENVCFG_PBMTE: u64 = (<u64>1) << 62;
export const ENVCFG_STCE: u64 = (<u64>1) << 63;

/** Bits of mip and mie. */
export const IRQ_SSI: u64 = 1 << 1;
export const IRQ_VSSI: u64 = 1 << 2;
export const IRQ_STI: u64 = 1 << 5;
export const IRQ_VSTI: u64 = 1 << 6;
export const IRQ_SEI: u64 = 1 << 9;
export const IRQ_VSEI: u64 = 1 << 10;
export const IRQ_SGEI: u64 = 1 << 12;
export const IRQS_S: u64 = IRQ_SSI | IRQ_STI | IRQ_SEI;
export const IRQS_VS: u64 = IRQ_VSSI | IRQ_VSTI | IRQ_VSEI;
export const IRQS_H: u64 = IRQS_VS | IRQ_SGEI;

/** Exception codes (3.1.15, 18.6.1). */
export const CAUSE_FETCH_ACCESS: u64 = 1;
export const CAUSE_ILLEGAL: u64 = 2;
export const CAUSE_BREAKPOINT: u64 = 3;
export const CAUSE_LOAD_MISALIGNED: u64 = 4;
export const CAUSE_LOAD_ACCESS: u64 = 5;
export const CAUSE_STORE_MISALIGNED: u64 = 6;
export const CAUSE_STORE_ACCESS: u64 = 7;
export const CAUSE_ECALL_U: u64 = 8;
export const CAUSE_ECALL_HS: u64 = 9;
export const CAUSE_ECALL_VS: u64 = 10;
export const CAUSE_ECALL_M: u64 = 11;
export const CAUSE_FETCH_PAGE: u64 = 12;
export const CAUSE_LOAD_PAGE: u64 = 13;
export const CAUSE_STORE_PAGE: u64 = 15;
export const CAUSE_FETCH_GUEST_PAGE: u64 = 20;
export const CAUSE_LOAD_GUEST_PAGE: u64 = 21;
export const CAUSE_VIRTUAL: u64 = 22;
export const CAUSE_STORE_GUEST_PAGE: u64 = 23;
export const CAUSE_INTERRUPT: u64 = (<u64>1) << 63;

/** Page table entries (10.3.1). */
export const PTE_V: u64 = 1 << 0;
export const PTE_R: u64 = 1 << 1;
export const PTE_W: u64 = 1 << 2;
export const PTE_X: u64 = 1 << 3;
export const PTE_U: u64 = 1 << 4;
export const PTE_A: u64 = 1 << 6;
export const PTE_D: u64 = 1 << 7;
/** Bits 60:54: the future. */
export const PTE_RESERVED: u64 = (<u64>0x7f) << 54;
/** Memory type (Svpbmt, chapter 14): 3 is reserved. */
export const PTE_PBMT: u64 = (<u64>3) << 61;
/** Part of an aligned power of two of pages (Svnapot, chapter 13). */
export const PTE_N: u64 = (<u64>1) << 63;
/** All of them. */
export const PTE_UPPER: u64 = (<u64>0x3ff) << 54;

/** MODE of satp, vsatp (Sv39, Sv48, Sv57) and hgatp (the same with x4). */
export const MODE_BARE: u64 = 0;
export const MODE_SV39: u64 = 8;
export const MODE_SV48: u64 = 9;
export const MODE_SV57: u64 = 10;
export const MODE_SHIFT: u64 = 60;
export const PPN_MASK: u64 = ((<u64>1) << 44) - 1;

/** Kinds of access: the first three number the TLBs of a hart and the permission bits of PMP too. */
export const ACCESS_LOAD: u32 = 0;
export const ACCESS_STORE: u32 = 1;
export const ACCESS_FETCH: u32 = 2;
/** HLVX: a load that needs X where loads need R. */
export const ACCESS_LOAD_EXECUTABLE: u32 = 3;
/** Management of a cache block: it may what a load may, and faults as a store does (unprivileged spec, chapter "CMO"). */
export const ACCESS_MANAGE: u32 = 4;

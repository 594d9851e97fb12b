/**
 * The slots of the table of CSRs alone, for those who lay out a hart's state: the table itself says much more, and is not needed to run.
 * A test holds both together.
 */

/**
 * State of the hart that belongs to CSRs: a slot of 8 bytes each. Beside the CSRs with storage, `lines` are the levels
 * of the interrupt wires (bits as in mip): they are ORed into mip, and software cannot clear them.
 * The slots of mcycle and minstret hold the difference to the hart's own count.
 */
export const ENGINE_CSR_SLOTS: readonly string[] = `
  fcsr stvec scounteren senvcfg sscratch sepc scause stval stimecmp satp hstatus hedeleg hideleg
  htimedelta hcounteren hgeie henvcfg htval hvip htinst hgatp hgeip vsstatus vstvec vsscratch vsepc
  vscause vstval vstimecmp vsatp mstatus medeleg mideleg mie mtvec mcounteren menvcfg mcountinhibit
  mscratch mepc mcause mtval mip mtinst mtval2 pmpcfg0 pmpcfg2 pmpaddr0 pmpaddr1 pmpaddr2 pmpaddr3
  pmpaddr4 pmpaddr5 pmpaddr6 pmpaddr7 pmpaddr8 pmpaddr9 pmpaddr10 pmpaddr11 pmpaddr12 pmpaddr13
  pmpaddr14 pmpaddr15 mcycle minstret lines
`
  .trim()
  .split(/\s+/);

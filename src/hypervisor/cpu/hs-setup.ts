/**
 * What firmware and a hypervisor set once on a hart before any guest runs: delegation, counters, protected memory. The
 * values that belong to one VM or vCPU are set at each switch (vcpu/vcpu.ts).
 */
import type { OptionalExtension } from '#isa/extensions';
import type { Hart } from '#machine/hart';
import type { Machine } from '#machine/machine';
import {
  COUNTERS_CY_TM_IR,
  ENVCFG_CBCFE,
  ENVCFG_CBIE_INVALIDATE,
  ENVCFG_CBZE,
  ENVCFG_HI_ADUE,
  ENVCFG_HI_PBMTE,
  ENVCFG_HI_STCE,
  SSTATUS_FS_DIRTY,
  VS_INTERRUPTS,
} from '../vcpu/status-bits.ts';

/** CSR, low half, high half; why. */
const SETTINGS: readonly (readonly [string, number, number])[] = [
  ['medeleg', 0x00f0_b7ff, 0], // M-mode is not used: every exception that can be delegated is
  ['mideleg', 0x1666, 0], // interrupts of the S and VS levels
  ['mcounteren', COUNTERS_CY_TM_IR, 0], // counters for HS-mode
  ['menvcfg', 0, ENVCFG_HI_STCE | ENVCFG_HI_ADUE], // Sstc; hardware updates A and D
  ['pmpcfg0', 0x1f, 0], // one naturally aligned range, read, write, execute
  ['pmpaddr0', 0xffff_ffff, 0x003f_ffff], // all of physical memory
  ['stimecmp', 0xffff_ffff, 0xffff_ffff], // the host has its own event queue: no timer of HS-mode
  ['hedeleg', 0xb1ff, 0], // exceptions that a guest handles itself (18.2.2)
  ['hideleg', VS_INTERRUPTS, 0], // interrupts of a guest enter it without an exit
  ['hcounteren', COUNTERS_CY_TM_IR, 0], // counters that a guest may read
  ['henvcfg', 0, ENVCFG_HI_STCE | ENVCFG_HI_ADUE], // the guest's vstimecmp; hardware updates A and D
];

/** What an extension has in menvcfg and henvcfg, so that guests may use it: low and high half (3.1.18, 18.2.5). */
const ENVIRONMENT: Readonly<Partial<Record<OptionalExtension, readonly [lo: number, hi: number]>>> = {
  Zicbom: [ENVCFG_CBIE_INVALIDATE | ENVCFG_CBCFE, 0],
  Zicboz: [ENVCFG_CBZE, 0],
  Svpbmt: [0, ENVCFG_HI_PBMTE],
};

/** Prepares harts that have just been reset. */
export function setUpHarts({ harts, extensions }: Pick<Machine, 'harts' | 'extensions'>): void {
  for (const hart of harts) setUpHart(hart, extensions);
}

function setUpHart(hart: Hart, extensions: readonly OptionalExtension[]): void {
  for (const [name, lo, hi] of SETTINGS) hart.setCsr(name, lo, hi);
  for (const extension of extensions) {
    const [lo, hi] = ENVIRONMENT[extension] ?? [0, 0];
    for (const name of ['menvcfg', 'henvcfg'])
      hart.setCsr(name, hart.csrLo(name) | lo, (hart.csrHi(name) | hi) >>> 0);
  }
  hart.setCsr('mstatus', hart.csrLo('mstatus') | SSTATUS_FS_DIRTY, hart.csrHi('mstatus'));
  hart.contextChanged();
}

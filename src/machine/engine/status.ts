// mstatus, sstatus, vsstatus, hstatus and the environment registers: what is stored, what is fixed, what is computed (privileged spec
// 3.1.6, 10.1.1, 18.2.1). SD is never stored; UXL, SXL and VSXL are always 64 bits.
import {
  ENVCFG_ADUE,
  ENVCFG_CBCFE,
  ENVCFG_CBIE,
  ENVCFG_CBZE,
  ENVCFG_PBMTE,
  ENVCFG_STCE,
  HSTATUS_VSXL,
  STATUS_FS,
  STATUS_MPP,
  STATUS_MPP_SHIFT,
  STATUS_MXR,
  STATUS_SD,
  STATUS_SIE,
  STATUS_SPIE,
  STATUS_SPP,
  STATUS_SUM,
  STATUS_SXL,
  STATUS_UXL,
} from './bits';
import {
  CSR_HENVCFG,
  CSR_HSTATUS,
  CSR_MENVCFG,
  CSR_MSTATUS,
  CSR_SENVCFG,
  CSR_VSSTATUS,
  CYCLES_CONTEXT_CHANGE,
  EXTENSIONS,
  HAS_SVPBMT,
  HAS_ZBA,
  HAS_ZBB,
  HAS_ZBS,
  HAS_ZICBOM,
  HAS_ZICBOZ,
  QUIET,
  VIRT,
} from './generated/layout';
import { setRecheck, stall } from './state';
import { updateContext } from './tlb';

const SSTATUS: u64 = STATUS_SIE | STATUS_SPIE | STATUS_SPP | STATUS_FS | STATUS_SUM | STATUS_MXR;
/** What the loop looks at only when an interrupt is pending, or an instruction when it executes. */
const STATUS_SEEN_LATER: u64 = STATUS_SIE | STATUS_SPIE | STATUS_SPP;
const RESERVED_PRIVILEGE: u64 = 2;

/** RV64 with A, C, D, F, H, I, M, S, U (3.1.1). */
const MISA: u64 = ((<u64>2) << 62) | 0x1411ad;
const MISA_B: u64 = 2;
/** Zba, Zbb and Zbs: B is all of them. */
const PARTS_OF_B: u32 = HAS_ZBA | HAS_ZBB | HAS_ZBS;

function dirty(status: u64): u64 {
  return (status & STATUS_FS) == STATUS_FS ? STATUS_SD : 0;
}

/**
 * A status register has been written. Where that changes neither how memory is seen nor lets a pending interrupt in, nobody has to look
 * at anything again: Linux turns interrupts off and on around each lock.
 */
function changed(before: u64, after: u64): void {
  stall(CYCLES_CONTEXT_CHANGE);
  const differs = before ^ after;
  if ((differs & ~STATUS_SEEN_LATER) == 0 && ((differs & after & STATUS_SIE) == 0 || load<u32>(QUIET) != 0)) return;
  updateContext();
  setRecheck(true);
}

export function readMisa(): u64 {
  return (load<u32>(EXTENSIONS) & PARTS_OF_B) == PARTS_OF_B ? MISA | MISA_B : MISA;
}

export function readMstatus(): u64 {
  const status = load<u64>(CSR_MSTATUS);
  return status | STATUS_UXL | STATUS_SXL | dirty(status);
}

/** MPP cannot hold 2: it keeps what it has. */
export function writeMstatus(value: u64): void {
  let status = value;
  if ((value & STATUS_MPP) >> STATUS_MPP_SHIFT == RESERVED_PRIVILEGE) {
    status = (value & ~STATUS_MPP) | (load<u64>(CSR_MSTATUS) & STATUS_MPP);
  }
  const before = load<u64>(CSR_MSTATUS);
  store<u64>(CSR_MSTATUS, status);
  changed(before, status);
}

export function readSstatus(): u64 {
  const status = load<u64>(CSR_MSTATUS) & SSTATUS;
  return status | STATUS_UXL | dirty(status);
}

export function writeSstatus(value: u64): void {
  const before = load<u64>(CSR_MSTATUS);
  const after = (before & ~SSTATUS) | value;
  store<u64>(CSR_MSTATUS, after);
  changed(before, after);
}

export function readVsstatus(): u64 {
  const status = load<u64>(CSR_VSSTATUS);
  return status | STATUS_UXL | dirty(status);
}

export function writeVsstatus(value: u64): void {
  const before = load<u64>(CSR_VSSTATUS);
  store<u64>(CSR_VSSTATUS, value);
  changed(before, value);
}

export function readHstatus(): u64 {
  return load<u64>(CSR_HSTATUS) | HSTATUS_VSXL;
}

export function writeHstatus(value: u64): void {
  store<u64>(CSR_HSTATUS, value);
  setRecheck(true);
}

const CBIE_RESERVED: u64 = 2 << 4;

/** What an environment register controls is there only where the extension is (3.1.18). */
function environment(value: u64): u64 {
  const extensions = load<u32>(EXTENSIONS);
  let legal = value;
  if ((extensions & HAS_SVPBMT) == 0) legal &= ~ENVCFG_PBMTE;
  if ((extensions & HAS_ZICBOM) == 0) legal &= ~(ENVCFG_CBIE | ENVCFG_CBCFE);
  if ((extensions & HAS_ZICBOZ) == 0) legal &= ~ENVCFG_CBZE;
  // CBIE of 2 is reserved.
  return (legal & ENVCFG_CBIE) == CBIE_RESERVED ? legal & ~ENVCFG_CBIE : legal;
}

export function writeMenvcfg(value: u64): void {
  store<u64>(CSR_MENVCFG, environment(value));
  setRecheck(true);
}

export function writeSenvcfg(value: u64): void {
  store<u64>(CSR_SENVCFG, environment(value));
}

/** Bits that menvcfg takes away read as zero and cannot be written (18.2.5). */
function henvcfgMask(): u64 {
  return load<u64>(CSR_MENVCFG) | ~(ENVCFG_ADUE | ENVCFG_PBMTE | ENVCFG_STCE);
}

export function readHenvcfg(): u64 {
  return load<u64>(CSR_HENVCFG) & henvcfgMask();
}

export function writeHenvcfg(value: u64): void {
  const mask = henvcfgMask();
  store<u64>(CSR_HENVCFG, (load<u64>(CSR_HENVCFG) & ~mask) | (environment(value) & mask));
  setRecheck(true);
}

/** Whether floating-point instructions may run: FS of the host, and in a guest of the guest too (18.2.12). */
export function fpEnabled(): bool {
  if ((load<u64>(CSR_MSTATUS) & STATUS_FS) == 0) return false;
  return load<u32>(VIRT) == 0 || (load<u64>(CSR_VSSTATUS) & STATUS_FS) != 0;
}

/** Floating-point state was written. */
export function markFpDirty(): void {
  store<u64>(CSR_MSTATUS, load<u64>(CSR_MSTATUS) | STATUS_FS);
  if (load<u32>(VIRT) != 0) store<u64>(CSR_VSSTATUS, load<u64>(CSR_VSSTATUS) | STATUS_FS);
}

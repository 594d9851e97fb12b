// CSR instructions: who may access what (privileged spec 2.1, 18.6.1 for virtual-instruction exceptions), read-modify-write, and the
// floating-point registers among them. What each register holds is in the generated table and in the files that it names.
import {
  ENVCFG_STCE,
  HSTATUS_VTVM,
  PRIV_M,
  PRIV_S,
  PRIV_U,
  STATUS_TVM,
} from './bits';
import { csrInGuest, csrIsKnown, csrRead, csrWrite } from './generated/csr-table';
import {
  CSR_FCSR,
  CSR_HCOUNTEREN,
  CSR_HSTATUS,
  CSR_MCOUNTEREN,
  CSR_MENVCFG,
  CSR_MSTATUS,
  CSR_SCOUNTEREN,
  CYCLES_CSR_ACCESS,
  NOW,
  PRIV,
  VIRT,
} from './generated/layout';
import { mipForUpdate } from './interrupts';
import { beginLeg, setReserve, stall } from './state';
import { fpEnabled, markFpDirty, readHenvcfg } from './status';
import { illegal, virtualInstruction } from './trap';

export { fpEnabled, markFpDirty } from './status';

const ALLOWED: i32 = 0;
const ILLEGAL: i32 = 1;
const VIRTUAL: i32 = 2;

const SET: i32 = 1;
const CLEAR: i32 = 2;

const FCSR: i32 = 0x003;
const SATP: i32 = 0x180;
const STIMECMP: i32 = 0x14d;
const VSTIMECMP: i32 = 0x24d;
const MIP: i32 = 0x344;
const HGATP: i32 = 0x680;
const CYCLE: i32 = 0xc00;
const HPMCOUNTER31: i32 = 0xc1f;
const TIME_BIT: u64 = 1;

const LEVEL_S: u32 = 1;
const LEVEL_H: u32 = 2;
const LEVEL_M: u32 = 3;

function bitOf(slot: u32, bit: u64): bool {
  return ((load<u64>(slot) >> bit) & 1) != 0;
}

/** 3.1.11, 10.1.5, 18.2.6. */
function counterAccess(bit: u64, priv: u32, virt: bool): i32 {
  if (priv == PRIV_M) return ALLOWED;
  if (!bitOf(CSR_MCOUNTEREN, bit)) return ILLEGAL;
  if (virt && !bitOf(CSR_HCOUNTEREN, bit)) return VIRTUAL;
  if (priv == PRIV_U && !bitOf(CSR_SCOUNTEREN, bit)) return virt ? VIRTUAL : ILLEGAL;
  return ALLOWED;
}

/** Sstc: chapter 14. */
function timerAccess(priv: u32, virt: bool): i32 {
  if (priv == PRIV_M) return ALLOWED;
  if ((load<u64>(CSR_MENVCFG) & ENVCFG_STCE) == 0 || !bitOf(CSR_MCOUNTEREN, TIME_BIT)) return ILLEGAL;
  if (virt && ((readHenvcfg() & ENVCFG_STCE) == 0 || !bitOf(CSR_HCOUNTEREN, TIME_BIT))) return VIRTUAL;
  return ALLOWED;
}

/** Checks that belong to one register. */
function ownAccess(address: i32, priv: u32, virt: bool): i32 {
  if (address <= FCSR) return fpEnabled() ? ALLOWED : ILLEGAL;
  if (address >= CYCLE && address <= HPMCOUNTER31) return counterAccess(<u64>(address - CYCLE), priv, virt);
  if (address == STIMECMP || address == VSTIMECMP) return timerAccess(priv, virt);
  if (address != SATP && address != HGATP) return ALLOWED;
  if (priv != PRIV_S) return ALLOWED;
  if (!virt) return (load<u64>(CSR_MSTATUS) & STATUS_TVM) != 0 ? ILLEGAL : ALLOWED;
  return address == SATP && (load<u64>(CSR_HSTATUS) & HSTATUS_VTVM) != 0 ? VIRTUAL : ALLOWED;
}

/** In a guest, what HS-mode could do is a virtual-instruction exception, all else that is wrong an illegal instruction. */
function access(address: i32, writes: bool): i32 {
  if (!csrIsKnown(address)) return ILLEGAL;
  const level: u32 = (address >> 8) & 3;
  if (writes && address >> 10 == 3) return ILLEGAL;
  const priv = load<u32>(PRIV);
  const virt = load<u32>(VIRT) != 0;
  if (!virt) {
    if (priv < (level == LEVEL_H ? PRIV_S : level)) return ILLEGAL;
    return ownAccess(address, priv, false);
  }
  if (level == LEVEL_M) return ILLEGAL;
  const own = ownAccess(address, priv, true);
  if (own == ILLEGAL) return ILLEGAL;
  return level == LEVEL_H || (level == LEVEL_S && priv == PRIV_U) ? VIRTUAL : own;
}

/**
 * csrrw (`kind` 0), csrrs (1), csrrc (2); the old value. `writes` is 0 when the instruction only reads.
 */
export function csrAccess(csr: u64, kind: i32, operand: u64, writes: u32): u64 {
  let address = <i32>csr;
  const allowed = access(address, writes != 0);
  if (allowed != ALLOWED) {
    if (allowed == VIRTUAL) virtualInstruction();
    else illegal();
    return 0;
  }
  if (load<u32>(VIRT) != 0) address = csrInGuest(address);
  const old = csrRead(address);
  if (writes != 0) {
    const base = address == MIP ? mipForUpdate() : old;
    csrWrite(address, kind == SET ? base | operand : kind == CLEAR ? base & ~operand : operand);
  }
  stall(CYCLES_CSR_ACCESS);
  return old;
}

/** The hart stands: its clock is what it was when it ran last. */
function standStill(): void {
  beginLeg(load<u64>(NOW), 0);
  setReserve(0);
}

/** The register itself as a debugger sees it, whatever the hart's mode permits; between two runs, and no time passes. */
export function readCsr(address: i32): u64 {
  standStill();
  return csrIsKnown(address) ? csrRead(address) : 0;
}

/** As software in M-mode would write it. */
export function writeCsr(address: i32, value: u64): void {
  standStill();
  if (csrIsKnown(address)) csrWrite(address, value);
}

export function writeFcsr(value: u64): void {
  store<u64>(CSR_FCSR, value);
  markFpDirty();
}

export function writeFflags(value: u64): void {
  writeFcsr((load<u64>(CSR_FCSR) & ~0x1f) | value);
}

export function writeFrm(value: u64): void {
  writeFcsr((load<u64>(CSR_FCSR) & ~0xe0) | (value << 5));
}

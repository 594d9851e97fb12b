// Traps and returns from them: delegation, the CSRs that a trap writes, and the instructions that cause or end one (privileged spec
// 3.1.6, 3.1.7, 3.3, 10.1, 18.6).
import {
  CAUSE_BREAKPOINT,
  CAUSE_ECALL_HS,
  CAUSE_ECALL_M,
  CAUSE_ECALL_U,
  CAUSE_ECALL_VS,
  CAUSE_ILLEGAL,
  CAUSE_INTERRUPT,
  CAUSE_VIRTUAL,
  HSTATUS_GVA,
  HSTATUS_SPV,
  HSTATUS_SPVP,
  HSTATUS_VTSR,
  HSTATUS_VTW,
  PRIV_M,
  PRIV_S,
  PRIV_U,
  STATUS_GVA,
  STATUS_MIE,
  STATUS_MPIE,
  STATUS_MPP,
  STATUS_MPP_SHIFT,
  STATUS_MPRV,
  STATUS_MPV,
  STATUS_SIE,
  STATUS_SPIE,
  STATUS_SPP,
  STATUS_TSR,
  STATUS_TW,
} from './bits';
import { rawInstruction } from './fetch';
import {
  ATTACHED,
  CSR_HEDELEG,
  CSR_HSTATUS,
  CSR_HTINST,
  CSR_HTVAL,
  CSR_MCAUSE,
  CSR_MEDELEG,
  CSR_MEPC,
  CSR_MSTATUS,
  CSR_MTINST,
  CSR_MTVAL,
  CSR_MTVAL2,
  CSR_MTVEC,
  CSR_SCAUSE,
  CSR_SEPC,
  CSR_STVAL,
  CSR_STVEC,
  CSR_VSCAUSE,
  CSR_VSEPC,
  CSR_VSSTATUS,
  CSR_VSTVAL,
  CSR_VSTVEC,
  CYCLES_MODE_CHANGE,
  PC,
  PRIV,
  RESERVED,
  STAT_INTERRUPTS,
  STAT_TRAPS,
  TAKEN_TRAPS,
  TRAP_CAUSES,
  VIRT,
  WAITING,
} from './generated/layout';
import { interruptCause, isForGuest, isForMachine, wakes } from './interrupts';
import { setExitPending, setRecheck, setTrapped, stall, trapped } from './state';
import { updateContext } from './tlb';

export { pendingInterrupt, wakes } from './interrupts';

// What the trap being taken reports beside its cause.
let value: u64 = 0;
let valueIsGuest: bool = false;
let guestPhysical: u64 = 0;
let instruction: u64 = 0;

/** Direct: the base. Vectored: interrupts go to base + 4 × cause. */
function vector(tvec: u64, cause: u64): u64 {
  const base = tvec & ~3;
  return (tvec & 1) != 0 && (cause & CAUSE_INTERRUPT) != 0 ? base + ((cause & ~CAUSE_INTERRUPT) << 2) : base;
}

function enterMode(priv: u32, virt: u32): void {
  store<u32>(PRIV, priv);
  store<u32>(VIRT, virt);
  stall(CYCLES_MODE_CHANGE);
  updateContext();
}

/** The interrupt enable moves to its "previous" bit, and is off from now on. */
function stacked(status: u64, enable: u64, previous: u64): u64 {
  const kept = status & ~(enable | previous);
  return (status & enable) != 0 ? kept | previous : kept;
}

/** The way back: the previous enable is in force again. */
function unstacked(status: u64, enable: u64, previous: u64): u64 {
  return (status & ~enable) | ((status & previous) != 0 ? enable : 0) | previous;
}

/** Whoever looks at a bare machine wants to know what its levels do for each other; `taker` is a row of TRAP_TAKERS. */
function count(taker: u32, cause: u64): void {
  const row = TRAP_CAUSES * taker + ((cause & CAUSE_INTERRUPT) != 0 ? TRAP_CAUSES / 2 : 0);
  const at = TAKEN_TRAPS + ((row + <u32>(cause & (TRAP_CAUSES / 2 - 1))) << 3);
  store<u64>(at, load<u64>(at) + 1);
}

function enterMachine(cause: u64): void {
  count(0, cause);
  const priv = load<u32>(PRIV);
  const virt = load<u32>(VIRT);
  let status = stacked(load<u64>(CSR_MSTATUS), STATUS_MIE, STATUS_MPIE) & ~(STATUS_MPP | STATUS_MPV | STATUS_GVA);
  status |= (<u64>priv << STATUS_MPP_SHIFT) | (virt != 0 ? STATUS_MPV : 0) | (valueIsGuest ? STATUS_GVA : 0);
  store<u64>(CSR_MSTATUS, status);
  store<u64>(CSR_MEPC, load<u64>(PC));
  store<u64>(CSR_MCAUSE, cause);
  store<u64>(CSR_MTVAL, value);
  store<u64>(CSR_MTVAL2, guestPhysical >> 2);
  store<u64>(CSR_MTINST, instruction);
  store<u64>(PC, vector(load<u64>(CSR_MTVEC), cause));
  enterMode(PRIV_M, 0);
}

/** hstatus.SPVP tells of the guest only, so that it survives traps from HS-mode itself (18.2.1). */
function enterHost(cause: u64): void {
  const priv = load<u32>(PRIV);
  const virt = load<u32>(VIRT) != 0;
  let status = stacked(load<u64>(CSR_MSTATUS), STATUS_SIE, STATUS_SPIE) & ~STATUS_SPP;
  if (priv == PRIV_S) status |= STATUS_SPP;
  store<u64>(CSR_MSTATUS, status);
  let hstatus = load<u64>(CSR_HSTATUS) & ~(HSTATUS_SPV | HSTATUS_GVA);
  if (virt) {
    hstatus = (hstatus & ~HSTATUS_SPVP) | HSTATUS_SPV;
    if (priv == PRIV_S) hstatus |= HSTATUS_SPVP;
  }
  if (valueIsGuest) hstatus |= HSTATUS_GVA;
  store<u64>(CSR_HSTATUS, hstatus);
  store<u64>(CSR_SEPC, load<u64>(PC));
  store<u64>(CSR_SCAUSE, cause);
  store<u64>(CSR_STVAL, value);
  store<u64>(CSR_HTVAL, guestPhysical >> 2);
  store<u64>(CSR_HTINST, instruction);
  store<u64>(PC, vector(load<u64>(CSR_STVEC), cause));
  enterMode(PRIV_S, 0);
  if (load<u32>(ATTACHED) != 0) {
    store<u32>(RESERVED, 0);
    setExitPending(true);
  } else {
    count(virt ? 2 : 1, cause);
  }
}

function enterGuest(cause: u64): void {
  let status = stacked(load<u64>(CSR_VSSTATUS), STATUS_SIE, STATUS_SPIE) & ~STATUS_SPP;
  if (load<u32>(PRIV) == PRIV_S) status |= STATUS_SPP;
  store<u64>(CSR_VSSTATUS, status);
  store<u64>(CSR_VSEPC, load<u64>(PC));
  store<u64>(CSR_VSCAUSE, cause);
  store<u64>(CSR_VSTVAL, value);
  store<u64>(PC, vector(load<u64>(CSR_VSTVEC), cause));
  enterMode(PRIV_S, 1);
}

/** Takes the exception described by the variables above, to the mode that it is delegated to. */
function enter(cause: u64): void {
  store<u64>(STAT_TRAPS, load<u64>(STAT_TRAPS) + 1);
  setTrapped(true);
  if (load<u32>(PRIV) == PRIV_M || ((load<u64>(CSR_MEDELEG) >> cause) & 1) == 0) enterMachine(cause);
  else if (load<u32>(VIRT) == 0 || ((load<u64>(CSR_HEDELEG) >> cause) & 1) == 0) enterHost(cause);
  else enterGuest(cause);
}

/** A synchronous trap at PC whose value is no address of the guest's. */
function raise(cause: u64, tval: u64): void {
  value = tval;
  valueIsGuest = false;
  guestPhysical = 0;
  instruction = 0;
  enter(cause);
}

/** A fault of a memory access at `va`, which is a guest's address when `guest`; `gpa` and `tinst` as htval and htinst report them. */
export function raiseAccess(cause: u64, va: u64, guest: bool, gpa: u64, tinst: u64): void {
  value = va;
  valueIsGuest = guest;
  guestPhysical = gpa;
  instruction = tinst;
  enter(cause);
}

function raiseInstruction(cause: u64): void {
  const raw = rawInstruction();
  if (!trapped) raise(cause, raw);
}

/** The instruction at PC does not exist here. */
export function illegal(): void {
  raiseInstruction(CAUSE_ILLEGAL);
}

/** The instruction at PC is the hypervisor's to emulate. */
export function virtualInstruction(): void {
  raiseInstruction(CAUSE_VIRTUAL);
}

/** Takes the interrupt that `pendingInterrupt` named. */
export function takeInterrupt(cause: i32): void {
  const number = <u64>cause;
  store<u64>(STAT_INTERRUPTS, load<u64>(STAT_INTERRUPTS) + 1);
  value = 0;
  valueIsGuest = false;
  guestPhysical = 0;
  instruction = 0;
  const inGuest = isForGuest(number);
  const code = interruptCause(number, inGuest);
  if (isForMachine(number)) enterMachine(code);
  else if (inGuest) enterGuest(code);
  else enterHost(code);
}

export function ecall(): void {
  const priv = load<u32>(PRIV);
  if (priv == PRIV_M) raise(CAUSE_ECALL_M, 0);
  else if (priv == PRIV_U) raise(CAUSE_ECALL_U, 0);
  else raise(load<u32>(VIRT) != 0 ? CAUSE_ECALL_VS : CAUSE_ECALL_HS, 0);
}

export function ebreak(): void {
  const pc = load<u64>(PC);
  raiseAccess(CAUSE_BREAKPOINT, pc, load<u32>(VIRT) != 0, 0, 0);
}

export function mret(): void {
  if (load<u32>(PRIV) != PRIV_M) {
    illegal();
    return;
  }
  const status = load<u64>(CSR_MSTATUS);
  const priv = <u32>((status & STATUS_MPP) >> STATUS_MPP_SHIFT);
  const virt: u32 = priv != PRIV_M && (status & STATUS_MPV) != 0 ? 1 : 0;
  let after = unstacked(status, STATUS_MIE, STATUS_MPIE) & ~(STATUS_MPP | STATUS_MPV);
  if (priv != PRIV_M) after &= ~STATUS_MPRV;
  store<u64>(CSR_MSTATUS, after);
  store<u64>(PC, load<u64>(CSR_MEPC));
  enterMode(priv, virt);
  setRecheck(true);
}

export function sret(): void {
  const priv = load<u32>(PRIV);
  const virt = load<u32>(VIRT) != 0;
  if (virt) {
    if (priv == PRIV_U || (load<u64>(CSR_HSTATUS) & HSTATUS_VTSR) != 0) {
      virtualInstruction();
      return;
    }
    sretInGuest();
    return;
  }
  const status = load<u64>(CSR_MSTATUS);
  if (priv == PRIV_U || (priv == PRIV_S && (status & STATUS_TSR) != 0)) {
    illegal();
    return;
  }
  const hstatus = load<u64>(CSR_HSTATUS);
  store<u64>(CSR_HSTATUS, hstatus & ~HSTATUS_SPV);
  store<u64>(CSR_MSTATUS, unstacked(status, STATUS_SIE, STATUS_SPIE) & ~(STATUS_SPP | STATUS_MPRV));
  store<u64>(PC, load<u64>(CSR_SEPC));
  enterMode((status & STATUS_SPP) != 0 ? PRIV_S : PRIV_U, (hstatus & HSTATUS_SPV) != 0 ? 1 : 0);
  setRecheck(true);
}

function sretInGuest(): void {
  const status = load<u64>(CSR_VSSTATUS);
  store<u64>(CSR_VSSTATUS, unstacked(status, STATUS_SIE, STATUS_SPIE) & ~STATUS_SPP);
  store<u64>(CSR_MSTATUS, load<u64>(CSR_MSTATUS) & ~STATUS_MPRV);
  store<u64>(PC, load<u64>(CSR_VSEPC));
  enterMode((status & STATUS_SPP) != 0 ? PRIV_S : PRIV_U, 1);
  setRecheck(true);
}

/** Waits until an interrupt is pending and enabled. User modes may not: their wait has no bound (3.3.3). */
export function wfi(): void {
  const priv = load<u32>(PRIV);
  const timeout = (load<u64>(CSR_MSTATUS) & STATUS_TW) != 0;
  if (priv != PRIV_M && timeout) {
    illegal();
  } else if (load<u32>(VIRT) != 0) {
    if (priv == PRIV_U || (load<u64>(CSR_HSTATUS) & HSTATUS_VTW) != 0) virtualInstruction();
    else wait();
  } else if (priv == PRIV_U) {
    illegal();
  } else {
    wait();
  }
}

function wait(): void {
  if (wakes()) return;
  store<u32>(WAITING, 1);
  setRecheck(true);
}

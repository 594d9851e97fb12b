// Which interrupts are pending and enabled, and all the registers that are views of that (privileged spec 3.1.9, 10.1.3, 18.2.2 to
// 18.2.4). Slots hold what software wrote: mip its SSI, STI, SEI; hvip the guest's. `lines` are the wires, hgeip the guest's wires.
import {
  CAUSE_INTERRUPT,
  HSTATUS_VGEIN_SHIFT,
  IRQ_SEI,
  IRQ_SGEI,
  IRQ_SSI,
  IRQ_STI,
  IRQ_VSEI,
  IRQ_VSSI,
  IRQ_VSTI,
  IRQS_H,
  IRQS_S,
  IRQS_VS,
  PRIV_M,
  PRIV_S,
  STATUS_MIE,
  STATUS_SIE,
} from './bits';
import {
  CSR_HGEIE,
  CSR_HGEIP,
  CSR_HIDELEG,
  CSR_HSTATUS,
  CSR_HVIP,
  CSR_LINES,
  CSR_MIDELEG,
  CSR_MIE,
  CSR_MIP,
  CSR_MSTATUS,
  CSR_VSSTATUS,
  PRIV,
  QUIET,
  VIRT,
} from './generated/layout';
import { setRecheck } from './state';
import { guestTimerEnabled, guestTimerPending, hostTimerEnabled, hostTimerPending } from './timers';

/** Causes in order of priority: external, software, timer, by level from M down (3.1.9, 18.2.2). */
const PRIORITIES: u64 = 0x62ac51973b;
const PRIORITY_COUNT: u32 = 10;

const VGEIN_MASK: u64 = 7;

function replace(slot: u32, mask: u64, value: u64): void {
  store<u64>(slot, (load<u64>(slot) & ~mask) | (value & mask));
  setRecheck(true);
}

/** The guest's interrupts: what the hypervisor asserts, its wire of hgeip, its timer. */
function pendingOfGuest(): u64 {
  let bits = load<u64>(CSR_HVIP);
  if (guestTimerEnabled() && guestTimerPending()) bits |= IRQ_VSTI;
  const wires = load<u64>(CSR_HGEIP);
  const wire = (load<u64>(CSR_HSTATUS) >> HSTATUS_VGEIN_SHIFT) & VGEIN_MASK;
  if (((wires >> wire) & 1) != 0) bits |= IRQ_VSEI;
  if ((wires & load<u64>(CSR_HGEIE)) != 0) bits |= IRQ_SGEI;
  return bits;
}

/** What csrrs and csrrc of mip work on: of SEI only the bit that software wrote (3.1.9). */
export function mipForUpdate(): u64 {
  return (readMip() & ~IRQ_SEI) | (load<u64>(CSR_MIP) & IRQ_SEI);
}

export function readMip(): u64 {
  const written = load<u64>(CSR_MIP);
  let bits = (written & (IRQ_SSI | IRQ_SEI)) | load<u64>(CSR_LINES) | pendingOfGuest();
  if (hostTimerEnabled() ? hostTimerPending() : (written & IRQ_STI) != 0) bits |= IRQ_STI;
  return bits;
}

export function writeMip(value: u64): void {
  const timer: u64 = hostTimerEnabled() ? 0 : IRQ_STI;
  replace(CSR_MIP, IRQ_SSI | IRQ_SEI | timer, value);
  replace(CSR_HVIP, IRQ_VSSI, value);
}

export function writeMie(value: u64): void {
  store<u64>(CSR_MIE, value);
  setRecheck(true);
}

/** The guest's interrupts are always delegated to HS-mode. */
export function readMideleg(): u64 {
  return load<u64>(CSR_MIDELEG) | IRQS_H;
}

export function writeMideleg(value: u64): void {
  store<u64>(CSR_MIDELEG, value);
  setRecheck(true);
}

function delegatedToHost(): u64 {
  return load<u64>(CSR_MIDELEG) & IRQS_S;
}

export function readSie(): u64 {
  return load<u64>(CSR_MIE) & delegatedToHost();
}

export function writeSie(value: u64): void {
  replace(CSR_MIE, delegatedToHost(), value);
}

export function readSip(): u64 {
  return readMip() & delegatedToHost();
}

export function writeSip(value: u64): void {
  replace(CSR_MIP, delegatedToHost() & IRQ_SSI, value);
}

export function writeHie(value: u64): void {
  replace(CSR_MIE, IRQS_H, value);
}

export function readHip(): u64 {
  return pendingOfGuest();
}

export function writeHip(value: u64): void {
  replace(CSR_HVIP, IRQ_VSSI, value);
}

export function writeHvip(value: u64): void {
  store<u64>(CSR_HVIP, value);
  setRecheck(true);
}

export function writeHideleg(value: u64): void {
  store<u64>(CSR_HIDELEG, value);
  setRecheck(true);
}

export function writeHgeie(value: u64): void {
  store<u64>(CSR_HGEIE, value);
  setRecheck(true);
}

// The guest sees its interrupts one bit lower, where S-mode has them, as far as they are delegated to it.
function delegatedToGuest(): u64 {
  return load<u64>(CSR_HIDELEG) & IRQS_VS;
}

export function readVsie(): u64 {
  return (load<u64>(CSR_MIE) & delegatedToGuest()) >> 1;
}

export function writeVsie(value: u64): void {
  replace(CSR_MIE, delegatedToGuest(), value << 1);
}

export function readVsip(): u64 {
  return (pendingOfGuest() & delegatedToGuest()) >> 1;
}

export function writeVsip(value: u64): void {
  replace(CSR_HVIP, delegatedToGuest() & IRQ_VSSI, value << 1);
}

/** True when WFI goes on: something is pending and enabled, whatever the global enables and delegation say (3.3.3). */
export function wakes(): bool {
  return (readMip() & load<u64>(CSR_MIE)) != 0;
}

function first(bits: u64): i32 {
  let priorities = PRIORITIES;
  for (let i: u32 = 0; i < PRIORITY_COUNT; i++) {
    const cause = priorities & 15;
    if (((bits >> cause) & 1) != 0) return <i32>cause;
    priorities >>= 4;
  }
  return -1;
}

/** Whether an interrupt of HS-mode goes on to VS-mode. */
export function isForGuest(cause: u64): bool {
  return ((delegatedToGuest() >> cause) & 1) != 0;
}

/** Whether an interrupt is M-mode's own. */
export function isForMachine(cause: u64): bool {
  return ((readMideleg() >> cause) & 1) == 0;
}

/** The interrupt to take now, as its bit in mip; -1 when there is none. */
export function pendingInterrupt(): i32 {
  const pending = readMip() & load<u64>(CSR_MIE);
  store<u32>(QUIET, pending == 0 ? 1 : 0);
  if (pending == 0) return -1;
  const priv = load<u32>(PRIV);
  const virt = load<u32>(VIRT) != 0;
  const status = load<u64>(CSR_MSTATUS);
  const forMachine = pending & ~readMideleg();
  if (forMachine != 0 && (priv != PRIV_M || (status & STATUS_MIE) != 0)) return first(forMachine);
  if (priv == PRIV_M) return -1;
  const forHost = pending & readMideleg() & ~delegatedToGuest();
  if (forHost != 0 && (virt || priv != PRIV_S || (status & STATUS_SIE) != 0)) return first(forHost);
  if (!virt) return -1;
  const forGuest = pending & delegatedToGuest();
  if (forGuest != 0 && (priv != PRIV_S || (load<u64>(CSR_VSSTATUS) & STATUS_SIE) != 0)) return first(forGuest);
  return -1;
}

/** The cause register's value for an interrupt: the guest sees its own one bit lower. */
export function interruptCause(cause: u64, inGuest: bool): u64 {
  return CAUSE_INTERRUPT | (inGuest ? cause - 1 : cause);
}

// Which hart is selected, and how a hart begins: after power-on, and after its state was put back.
import {
  ENVCFG_ADUE,
  ENVCFG_FIOM,
  ENVCFG_STCE,
  IRQS_S,
  PRIV_M,
  PRIV_S,
} from './bits';
import {
  ATTACHED,
  CSR_HENVCFG,
  CSR_MCOUNTEREN,
  CSR_MEDELEG,
  CSR_MENVCFG,
  CSR_MIDELEG,
  CSR_PMPADDR0,
  CSR_PMPCFG0,
  CSR_STIMECMP,
  CSR_VSTIMECMP,
  HART,
  HART_SLOTS,
  INSTRET,
  NOW,
  PRIV,
  RAM_OFFSET,
  RESERVATION,
  RESERVED,
  WINDOW,
  WINDOW_SIZE,
} from './generated/layout';
import { derivePmp } from './pmp';
import { clearFast, flushTranslations, hartsUsed, RAM_BASE, restartContext, useHart } from './tlb';

const MEDELEG_ALL: u64 = 0xf0b7ff;
const PMP_ALL_ADDRESSES: u64 = (<u64>1 << 54) - 1;
const PMP_NAPOT_RWX: u64 = 0x1f;
const NEVER: u64 = ~0;

function slotOf(hart: u32): u32 {
  return HART_SLOTS + hart * WINDOW_SIZE;
}

/** State was written behind the engine's back: makes anew what follows from it. What is cached stays cached. */
export function contextChanged(): void {
  derivePmp();
  restartContext();
}

/** Makes a hart the one in the window. */
export function selectHart(hart: u32): void {
  const before = load<u32>(HART);
  if (hart != before) {
    memory.copy(slotOf(before), WINDOW, WINDOW_SIZE);
    memory.copy(WINDOW, slotOf(hart), WINDOW_SIZE);
    store<u32>(HART, hart);
  }
  useHart(hart);
  contextChanged();
}

/** The selected hart after power-on; time and the count of instructions go on. */
export function resetHart(): void {
  const time = load<u64>(NOW);
  const retired = load<u64>(INSTRET);
  memory.fill(WINDOW, 0, WINDOW_SIZE);
  store<u64>(NOW, time);
  store<u64>(INSTRET, retired);
  store<u32>(PRIV, PRIV_M);
  store<u64>(CSR_MENVCFG, ENVCFG_ADUE);
  store<u64>(CSR_HENVCFG, ENVCFG_ADUE);
  store<u64>(CSR_STIMECMP, NEVER);
  store<u64>(CSR_VSTIMECMP, NEVER);
  if (load<u32>(ATTACHED) != 0) startAsFirmwareWould();
  flushTranslations();
  contextChanged();
}

/** M-mode as firmware leaves it to a hypervisor: everything is delegated, allowed and visible. */
function startAsFirmwareWould(): void {
  store<u32>(PRIV, PRIV_S);
  store<u64>(CSR_MEDELEG, MEDELEG_ALL);
  store<u64>(CSR_MIDELEG, IRQS_S);
  store<u64>(CSR_MCOUNTEREN, 0xffffffff);
  store<u64>(CSR_MENVCFG, ENVCFG_ADUE | ENVCFG_STCE | ENVCFG_FIOM);
  store<u64>(CSR_PMPADDR0, PMP_ALL_ADDRESSES);
  store<u64>(CSR_PMPCFG0, PMP_NAPOT_RWX);
}

/** State was put back into the window and the architectural TLBs: what is derived from them is made anew. */
export function afterRestore(): void {
  clearFast();
  contextChanged();
}

/** Somebody who is no hart wrote to RAM: reservations on what was written end (unprivileged spec, Zalrsc). A set is 8 aligned bytes. */
export function dropReservationsIn(host: u32, size: u32): void {
  const first = RAM_BASE + <u64>(host - RAM_OFFSET);
  const selected = load<u32>(HART);
  for (let hart: u32 = 0; hart < hartsUsed; hart++) {
    const state = hart == selected ? WINDOW : slotOf(hart);
    if (load<u32>(state + (RESERVED - WINDOW)) == 0) continue;
    const reserved = load<u64>(state + (RESERVATION - WINDOW)) & ~7;
    if (first < reserved + 8 && first + <u64>size > reserved) store<u32>(state + (RESERVED - WINDOW), 0);
  }
}

/** Another hart runs: a reservation that a hart held while it stood still may have been broken meanwhile. */
export function dropOtherReservations(): void {
  const selected = load<u32>(HART);
  for (let hart: u32 = 0; hart < hartsUsed; hart++) {
    if (hart != selected) store<u32>(slotOf(hart) + (RESERVED - WINDOW), 0);
  }
}

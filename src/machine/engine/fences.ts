// Fences of address translation: who may execute them, and what each forgets (privileged spec 10.2.1, 10.6, 18.3.2). The arguments are
// the values of rs1 and rs2 and the numbers of these registers: x0 stands for all addresses, all spaces.
import { HSTATUS_VTVM, PRIV_S, PRIV_U, STATUS_TVM } from './bits';
import { CSR_HGATP, CSR_HSTATUS, CSR_MSTATUS, PRIV, VIRT } from './generated/layout';
import { flushGuest, flushHost, flushPage, flushStageTwo, vmidOf } from './tlb';
import { illegal, virtualInstruction } from './trap';

/** Bits of an ASID register value that count; those of a VMID are fewer. */
const ASID_MASK: u64 = 0xffff;
const VMID_MASK: u64 = 0x3fff;

export function sfenceVma(va: u64, asid: u64, vaRegister: u32, asidRegister: u32): void {
  const priv = load<u32>(PRIV);
  const guest = load<u32>(VIRT) != 0;
  if (guest && (priv == PRIV_U || (load<u64>(CSR_HSTATUS) & HSTATUS_VTVM) != 0)) {
    virtualInstruction();
    return;
  }
  if (priv == PRIV_U || (!guest && priv == PRIV_S && (load<u64>(CSR_MSTATUS) & STATUS_TVM) != 0)) {
    illegal();
    return;
  }
  if (vaRegister != 0) flushPage(va);
  else if (guest) flushGuest(asidRegister != 0, asid & ASID_MASK, vmidOf(load<u64>(CSR_HGATP)));
  else flushHost(asidRegister != 0, asid & ASID_MASK);
}

export function sinvalVma(va: u64, asid: u64, vaRegister: u32, asidRegister: u32): void {
  sfenceVma(va, asid, vaRegister, asidRegister);
}

/** sfence.w.inval and sfence.inval.ir: invalidations take effect at once, so there is nothing to order. */
export function sfenceInval(): void {
  if (load<u32>(PRIV) != PRIV_U) return;
  if (load<u32>(VIRT) != 0) virtualInstruction();
  else illegal();
}

/** False, after a trap, where hypervisor fences do not exist. */
function mayFenceGuests(trappedByTvm: bool): bool {
  if (load<u32>(VIRT) != 0) {
    virtualInstruction();
    return false;
  }
  const priv = load<u32>(PRIV);
  if (priv == PRIV_U || (trappedByTvm && priv == PRIV_S && (load<u64>(CSR_MSTATUS) & STATUS_TVM) != 0)) {
    illegal();
    return false;
  }
  return true;
}

/** VS-stage of the VM that hgatp names. */
export function hfenceVvma(va: u64, asid: u64, vaRegister: u32, asidRegister: u32): void {
  if (!mayFenceGuests(false)) return;
  if (vaRegister != 0) flushPage(va);
  else flushGuest(asidRegister != 0, asid & ASID_MASK, vmidOf(load<u64>(CSR_HGATP)));
}

/** G-stage. What is cached is found by guest virtual address, so a fence by guest physical address forgets all of the VM. */
export function hfenceGvma(_gpa: u64, vmid: u64, _gpaRegister: u32, vmidRegister: u32): void {
  if (mayFenceGuests(true)) flushStageTwo(vmidRegister != 0, vmid & VMID_MASK);
}

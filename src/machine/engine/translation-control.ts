// satp, vsatp, hgatp and the trap vectors: which values they can hold. Modes are Bare, Sv39, and where
// the machine has them Sv48 and Sv57, or the same with x4; vectors are direct or vectored.
import { MODE_BARE, MODE_SHIFT, MODE_SV39, MODE_SV48, MODE_SV57 } from './bits';
import {
  CSR_HGATP,
  CSR_MTVEC,
  CSR_SATP,
  CSR_STVEC,
  CSR_VSATP,
  CSR_VSTVEC,
  EXTENSIONS,
  HAS_SV48,
  HAS_SV57,
} from './generated/layout';
import { noteLeftSpace } from './left-spaces';
import { setRecheck } from './state';
import { guestSpaceChanged, hostSpaceChanged } from './tlb';

const MODE_MASK: u64 = (<u64>15) << MODE_SHIFT;
const RESERVED_VECTOR_MODES: u64 = 2;

function isMode(value: u64): bool {
  const mode = value >> MODE_SHIFT;
  if (mode == MODE_BARE || mode == MODE_SV39) return true;
  const extensions = load<u32>(EXTENSIONS);
  if (mode == MODE_SV48) return (extensions & HAS_SV48) != 0;
  return mode == MODE_SV57 && (extensions & HAS_SV57) != 0;
}

/** A write with an unsupported MODE has no effect at all (10.1.11). */
export function writeSatp(value: u64): void {
  if (!isMode(value)) return;
  store<u64>(CSR_SATP, value);
  hostSpaceChanged();
  setRecheck(true);
}

export function writeVsatp(value: u64): void {
  if (!isMode(value)) return;
  const old = load<u64>(CSR_VSATP);
  if (old != value) noteLeftSpace(old);
  store<u64>(CSR_VSATP, value);
  guestSpaceChanged();
  setRecheck(true);
}

/** Unlike satp, an unsupported MODE leaves only MODE as it was (18.2.11). */
export function writeHgatp(value: u64): void {
  const mode = (isMode(value) ? value : load<u64>(CSR_HGATP)) & MODE_MASK;
  store<u64>(CSR_HGATP, mode | (value & ~MODE_MASK));
  guestSpaceChanged();
  setRecheck(true);
}

function writeVector(slot: u32, value: u64): void {
  if ((value & RESERVED_VECTOR_MODES) == 0) store<u64>(slot, value);
}

export function writeMtvec(value: u64): void {
  writeVector(CSR_MTVEC, value);
}

export function writeStvec(value: u64): void {
  writeVector(CSR_STVEC, value);
}

export function writeVstvec(value: u64): void {
  writeVector(CSR_VSTVEC, value);
}

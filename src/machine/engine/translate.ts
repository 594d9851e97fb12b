// Translation of one address: walks of VS-stage (or the only stage) and G-stage tables in RAM, PMP at every step, updates of A and D.
// It ends in a physical address or in the trap; what is cached of it is tlb.ts's business.
import {
  ACCESS_FETCH,
  ACCESS_LOAD,
  ACCESS_LOAD_EXECUTABLE,
  ACCESS_MANAGE,
  ACCESS_STORE,
  CAUSE_FETCH_ACCESS,
  CAUSE_FETCH_GUEST_PAGE,
  CAUSE_FETCH_PAGE,
  CAUSE_LOAD_ACCESS,
  CAUSE_LOAD_GUEST_PAGE,
  CAUSE_LOAD_PAGE,
  CAUSE_STORE_ACCESS,
  CAUSE_STORE_GUEST_PAGE,
  CAUSE_STORE_PAGE,
  ENVCFG_ADUE,
  ENVCFG_PBMTE,
  MODE_BARE,
  MODE_SHIFT,
  MODE_SV39,
  PPN_MASK,
  PRIV_M,
  PRIV_S,
  PTE_A,
  PTE_D,
  PTE_N,
  PTE_PBMT,
  PTE_R,
  PTE_RESERVED,
  PTE_U,
  PTE_UPPER,
  PTE_V,
  PTE_W,
  PTE_X,
} from './bits';
import { ramWritten } from './fetch';
import {
  CSR_HENVCFG,
  CSR_HGATP,
  CSR_MENVCFG,
  CSR_SATP,
  CSR_VSATP,
  CYCLES_WALK_REFERENCE,
  EXTENSIONS,
  HAS_SVNAPOT,
  STAT_SHORT_WALKS,
  STAT_WALK_REFERENCES,
  STAT_WALKS,
} from './generated/layout';
import { pmpAllows } from './pmp';
import { stall, trapped } from './state';
import { isGuest, isUser, mxrOf, REGIME_M, sumOf } from './regime';
import { hostOf, stageTwoSlot } from './tlb';
import { raiseAccess } from './trap';
import { transformedInstruction } from './transformed-instruction';
import { knownTable, rememberTable, STAGE_FIRST, STAGE_SECOND } from './walk-cache';

/** Pseudo-instructions of htinst for the implicit accesses of a VS-stage walk (18.6.3, table 35). */
const PSEUDO_READ: u64 = 0x3000;
const PSEUDO_WRITE: u64 = 0x3020;
const PTE_PPN_SHIFT: u64 = 10;
/** Levels of Sv39; each further mode has one more. */
const LEVELS_OF_SV39: u64 = 3;
/** Page number of a leaf with N: 64 KiB are the one size there is (chapter 13, table "Page table entry encodings when pte.N=1"). */
const NAPOT_MASK: u64 = 15;
const NAPOT_64K: u64 = 8;

/** Level of the leaf that the last VS-stage (or only) walk ended at. */
export let leafLevel: u32 = 0;

// The access that is being translated.
let address: u64 = 0;
let access: u32 = ACCESS_LOAD;
let regime: u32 = 0;
/** Bytes from the start of the whole access to this part of it: the part beyond the end of a page has its own translation. */
let partOffset: u32 = 0;
/** Slots for the walk cache; 0 where the access is not that of the present mode (HLV, HSV). */
let firstSlot: u32 = 0;
let secondSlot: u32 = 0;

function fault(load: u64, store: u64, fetch: u64, gpa: u64, pseudo: u64): void {
  const va = address;
  const guest = isGuest(regime);
  if (access == ACCESS_FETCH) {
    raiseAccess(fetch, va, guest, gpa, pseudo);
    return;
  }
  const cause = access == ACCESS_STORE || access == ACCESS_MANAGE ? store : load;
  const instruction = pseudo != 0 ? pseudo : <u64>transformedInstruction(partOffset);
  // Reading the instruction may itself have trapped, if its page has gone meanwhile.
  if (!trapped) raiseAccess(cause, va, guest, gpa, instruction);
}

function pageFault(): void {
  fault(CAUSE_LOAD_PAGE, CAUSE_STORE_PAGE, CAUSE_FETCH_PAGE, 0, 0);
}

function guestPageFault(gpa: u64, pseudo: u64): void {
  fault(CAUSE_LOAD_GUEST_PAGE, CAUSE_STORE_GUEST_PAGE, CAUSE_FETCH_GUEST_PAGE, gpa, pseudo);
}

function accessFault(): void {
  fault(CAUSE_LOAD_ACCESS, CAUSE_STORE_ACCESS, CAUSE_FETCH_ACCESS, 0, 0);
}

/** The trap of an access (or of its part at `offset`, whose address `va` is) that was translated, but that nothing answers. */
export function failAccess(va: u64, kind: u32, by: u32, offset: u32): void {
  address = va;
  access = kind;
  regime = by;
  partOffset = offset;
  accessFault();
}

/** Host address of a page-table entry, or 0 after an access fault: tables lie in RAM, and PMP sees the walk as an S-mode access. */
function entryHost(spa: u64, kind: u32): u32 {
  const host = hostOf(spa);
  if (host == 0 || !pmpAllows(spa, kind, PRIV_S)) {
    accessFault();
    return 0;
  }
  return host;
}

/** Reads an entry for a walk. */
function readEntry(stage: u32, host: u32): u64 {
  count(STAT_WALK_REFERENCES, stage);
  stall(CYCLES_WALK_REFERENCE);
  return load<u64>(host);
}

/** Counts for one of the stages. */
export function count(counters: u32, stage: u32): void {
  const at = counters + (stage << 3);
  store<u64>(at, load<u64>(at) + 1);
}

/** Levels of the tables that a register with a MODE leads to. */
export function levelsOf(atp: u64): u32 {
  return <u32>((atp >> MODE_SHIFT) - MODE_SV39 + LEVELS_OF_SV39);
}

/** Whether an entry is none, or reserved. */
export function isInvalid(pte: u64, level: u32, byGuest: bool): bool {
  if ((pte & PTE_V) == 0 || (pte & (PTE_R | PTE_W)) == PTE_W) return true;
  return (pte & PTE_UPPER) != 0 && isReserved(pte, level, byGuest);
}

/** An entry with some of its upper bits set; `byGuest`: of VS-stage, where henvcfg has a say too (18.2.5). */
function isReserved(pte: u64, level: u32, byGuest: bool): bool {
  if ((pte & PTE_RESERVED) != 0 || !isLeaf(pte)) return true;
  if ((pte & PTE_N) != 0) {
    const is64K = level == 0 && ((pte >> PTE_PPN_SHIFT) & NAPOT_MASK) == NAPOT_64K;
    if (!is64K || (load<u32>(EXTENSIONS) & HAS_SVNAPOT) == 0) return true;
  }
  const type = pte & PTE_PBMT;
  if (type == 0) return false;
  const enabled = load<u64>(CSR_MENVCFG) & (byGuest ? load<u64>(CSR_HENVCFG) : ENVCFG_PBMTE);
  return type == PTE_PBMT || (enabled & ENVCFG_PBMTE) == 0;
}

function isLeaf(pte: u64): bool {
  return (pte & (PTE_R | PTE_X)) != 0;
}

/** A, D and U of a pointer to the next table are reserved. */
function isBadPointer(pte: u64): bool {
  return (pte & (PTE_A | PTE_D | PTE_U)) != 0;
}

function isMisaligned(pte: u64, level: u32): bool {
  return ((pte >> PTE_PPN_SHIFT) & ((<u64>1 << (9 * <u64>level)) - 1)) != 0;
}

/** The address that a leaf at a level gives: the low bits come from the input address. */
export function leafAddress(pte: u64, level: u32, from: u64): u64 {
  const low = (pte & PTE_N) != 0 ? 0xffff : (<u64>1 << (12 + 9 * <u64>level)) - 1;
  if ((pte & PTE_N) != 0) pte &= ~(NAPOT_MASK << PTE_PPN_SHIFT);
  return (((pte >> PTE_PPN_SHIFT) & PPN_MASK) << 12) | (from & low);
}

function kindAllowed(pte: u64, kind: u32, mxr: bool): bool {
  if (kind == ACCESS_STORE) return (pte & PTE_W) != 0;
  if (kind == ACCESS_LOAD || kind == ACCESS_MANAGE) return (pte & (mxr ? PTE_R | PTE_X : PTE_R)) != 0;
  return (pte & PTE_X) != 0;
}

/** Bits that a leaf must have for an access, beyond its permission. */
export function usedBits(kind: u32): u64 {
  return kind == ACCESS_STORE ? PTE_A | PTE_D : PTE_A;
}

/** Sets A and D. False when the entry has changed under the walk, which then starts again. */
function updateEntry(host: u32, pte: u64, bits: u64): bool {
  if (load<u64>(host) != pte) return false;
  store<u64>(host, pte | bits);
  ramWritten(host, 8);
  return true;
}

/**
 * G-stage, Sv39x4 to Sv57x4: GPA to SPA (18.5.1). `kind` is the access it is made for; `pseudo` is 0 for the access itself and the
 * pseudo-instruction for accesses to VS-stage tables.
 *
 *     40       30 29      21 20      12 11        0
 *     | 11 bits  | 9 bits   | 9 bits   | offset   |    the root table has four pages; more levels have 9 bits more each
 */
function guestToSupervisor(gpa: u64, kind: u32, pseudo: u64): u64 {
  const hgatp = load<u64>(CSR_HGATP);
  if (hgatp >> MODE_SHIFT == MODE_BARE) return gpa;
  const levels = levelsOf(hgatp);
  if (gpa >> (14 + 9 * <u64>levels) != 0) {
    guestPageFault(gpa, pseudo);
    return 0;
  }
  // All G-stage accesses count as user accesses. MXR is about explicit loads.
  const mxr = pseudo == 0 && mxrOf(regime) == 2;
  count(STAT_WALKS, STAGE_SECOND);
  const known = knownTable(STAGE_SECOND, gpa, secondSlot);
  if (known != 0) {
    const pte = readEntry(STAGE_SECOND, known + (<u32>(gpa >> 9) & 0xff8));
    if (!isInvalid(pte, 0, false) && guestLeafAllows(pte, kind, mxr) && (usedBits(kind) & ~pte) == 0) {
      count(STAT_SHORT_WALKS, STAGE_SECOND);
      return leafAddress(pte, 0, gpa);
    }
  }
  while (true) {
    let table = (hgatp & PPN_MASK) << 12;
    let level = levels - 1;
    let index = gpa >> (12 + 9 * <u64>level);
    let host: u32 = 0;
    let pte: u64 = 0;
    let again = false;
    while (true) {
      const spa = table + (index << 3);
      host = entryHost(spa, ACCESS_LOAD);
      if (host == 0) return 0;
      pte = readEntry(STAGE_SECOND, host);
      if (level == 0) rememberTable(STAGE_SECOND, gpa, secondSlot, host);
      if (isInvalid(pte, level, false)) break;
      if (isLeaf(pte)) {
        if (!guestLeafAllows(pte, kind, mxr) || isMisaligned(pte, level)) break;
        const missing = usedBits(kind) & ~pte;
        if (missing == 0) return leafAddress(pte, level, gpa);
        if ((load<u64>(CSR_MENVCFG) & ENVCFG_ADUE) == 0) break;
        if (entryHost(spa, ACCESS_STORE) == 0) return 0;
        if (updateEntry(host, pte, missing)) return leafAddress(pte, level, gpa);
        again = true;
        break;
      }
      if (isBadPointer(pte) || level == 0) break;
      table = ((pte >> PTE_PPN_SHIFT) & PPN_MASK) << 12;
      level--;
      index = (gpa >> (12 + 9 * <u64>level)) & 0x1ff;
    }
    if (again) continue;
    guestPageFault(gpa, pseudo);
    return 0;
  }
}

/** The same for a leaf of G-stage. */
export function guestLeafAllows(pte: u64, kind: u32, mxr: bool): bool {
  return (pte & PTE_U) != 0 && kindAllowed(pte, kind, mxr);
}

/**
 * Sv39 (10.3.2, 10.4), or with 9 bits more Sv48, or with 18 more Sv57 (10.5, 10.6): the only stage, or VS-stage, whose table addresses are guest physical and go through G-stage themselves.
 *
 *     63      39 38      30 29      21 20      12 11        0
 *     | bit 38  | 9 bits   | 9 bits   | 9 bits   | offset   |
 */
function walk(atp: u64, guest: bool): u64 {
  const va = address;
  const kind = access;
  const levels = levelsOf(atp);
  const unused = <i64>(52 - 9 * levels);
  if (<u64>((<i64>va << unused) >> unused) != va) {
    pageFault();
    return 0;
  }
  count(STAT_WALKS, STAGE_FIRST);
  const known = knownTable(STAGE_FIRST, va, firstSlot);
  if (known != 0) {
    const pte = readEntry(STAGE_FIRST, known + (<u32>(va >> 9) & 0xff8));
    if (!isInvalid(pte, 0, guest) && leafAllows(pte, kind, regime) && (usedBits(kind) & ~pte) == 0) {
      count(STAT_SHORT_WALKS, STAGE_FIRST);
      leafLevel = 0;
      return leafAddress(pte, 0, va);
    }
  }
  while (true) {
    let table = (atp & PPN_MASK) << 12;
    let level = levels - 1;
    let again = false;
    while (true) {
      const at = table + (((va >> (12 + 9 * <u64>level)) & 0x1ff) << 3);
      const spa = guest ? guestToSupervisor(at, ACCESS_LOAD, PSEUDO_READ) : at;
      if (trapped) return 0;
      const host = entryHost(spa, ACCESS_LOAD);
      if (host == 0) return 0;
      const pte = readEntry(STAGE_FIRST, host);
      if (level == 0) rememberTable(STAGE_FIRST, va, firstSlot, host);
      if (isInvalid(pte, level, guest)) break;
      if (isLeaf(pte)) {
        if (!leafAllows(pte, kind, regime) || isMisaligned(pte, level)) break;
        const missing = usedBits(kind) & ~pte;
        if (missing != 0) {
          const enabled = load<u64>(CSR_MENVCFG) & (guest ? load<u64>(CSR_HENVCFG) : ENVCFG_ADUE);
          if ((enabled & ENVCFG_ADUE) == 0) break;
          // For G-stage the update is a store.
          const target = guest ? guestToSupervisor(at, ACCESS_STORE, PSEUDO_WRITE) : at;
          if (trapped) return 0;
          const targetHost = entryHost(target, ACCESS_STORE);
          if (targetHost == 0) return 0;
          if (!updateEntry(targetHost, pte, missing)) {
            again = true;
            break;
          }
        }
        leafLevel = level;
        return leafAddress(pte, level, va);
      }
      if (isBadPointer(pte) || level == 0) break;
      table = ((pte >> PTE_PPN_SHIFT) & PPN_MASK) << 12;
      level--;
    }
    if (again) continue;
    pageFault();
    return 0;
  }
}

/** Whether a leaf of VS-stage, or of the only stage, allows an access. */
export function leafAllows(pte: u64, kind: u32, by: u32): bool {
  if (isUser(by)) {
    if ((pte & PTE_U) == 0) return false;
  } else if ((pte & PTE_U) != 0 && (kind == ACCESS_FETCH || !sumOf(by))) {
    return false;
  }
  return kindAllowed(pte, kind, mxrOf(by) != 0);
}

/** Physical address of `va` for an access, or a trap. `offset`: of this part in a whole access; `slot`: of its space, or 0. */
export function translate(va: u64, kind: u32, by: u32, offset: u32, slot: u32): u64 {
  address = va;
  access = kind;
  regime = by;
  partOffset = offset;
  firstSlot = slot;
  secondSlot = slot == 0 ? 0 : stageTwoSlot;
  leafLevel = 0;
  let spa = va;
  if (by != REGIME_M) {
    const guest = isGuest(by);
    const atp = load<u64>(guest ? CSR_VSATP : CSR_SATP);
    if (atp >> MODE_SHIFT != MODE_BARE) {
      spa = walk(atp, guest);
      if (trapped) return 0;
    }
    if (guest) {
      spa = guestToSupervisor(spa, kind, 0);
      if (trapped) return 0;
    }
  }
  const protection = kind >= ACCESS_LOAD_EXECUTABLE ? ACCESS_LOAD : kind;
  if (!pmpAllows(spa, protection, by == REGIME_M ? PRIV_M : PRIV_S)) {
    accessFault();
    return 0;
  }
  return spa;
}

